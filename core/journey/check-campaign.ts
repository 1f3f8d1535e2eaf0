import { type Checked, checkJourney } from './check-journey.ts';
import { schemaProblems } from './check/form/schema-problems.ts';
import { isWritten, type Path, type Surroundings, wordsOf } from './check/problem.ts';
import { CampaignDocument } from './document/campaign.ts';

/** What the message of a campaign is called among the steps of a journey. */
const step = 'message';

/** The journey a campaign is: nobody enters it, and its one step is the message. */
const journeyOf = ({ message, channels, among, expires, ...around }: CampaignDocument) => ({
  ...around,
  triggers: [{ api: true }],
  steps: [{ id: step, send: { message, channels, among, expires } }],
});

/** Where in the campaign what is wrong with its journey was written. */
const placeOf = (path: Path): Path => {
  const [first, , , field] = path;
  if (first === 'steps') return field === undefined ? [] : path.slice(3);
  return first === 'triggers' ? [] : path;
};

/** Reads a campaign as the journey of one message that it is. Everything wrong with it is said at once, each with its place. */
export const checkCampaign = (raw: unknown, around: Surroundings): Checked => {
  const parsed = CampaignDocument.safeParse(raw, { error: wordsOf });
  if (!parsed.success)
    return isWritten(raw)
      ? { problems: schemaProblems(parsed.error, { raw, schema: CampaignDocument }), warnings: [] }
      : { problems: [{ path: [], message: 'This is no campaign: one begins with `name:`.' }], warnings: [] };
  const checked = checkJourney(JSON.parse(JSON.stringify(journeyOf(parsed.data))), around);
  const warnings = checked.warnings.map((each) => ({ ...each, path: placeOf(each.path) }));
  const problems = checked.problems?.map((each) => ({ ...each, path: placeOf(each.path) }));
  return problems === undefined ? { ...checked, warnings } : { problems, warnings };
};
