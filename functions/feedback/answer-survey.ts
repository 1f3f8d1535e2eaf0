import { createHash } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { surveyAnswered } from '#core/events';
import { isObject, type JsonObject, own } from '#core/signal';
import { busWriter } from '../aws/bus-writer.ts';
import { customerKey } from '../aws/keyed-hash.ts';
import { dayMs } from '../aws/links/signed-link.ts';
import { readSurveyToken, type SurveyLink, SURVEYS } from '../aws/links/survey-link.ts';
import { observed } from '../aws/observed.ts';
import { type Answered, surveyAnswers } from '../aws/survey-answers.ts';
import { AnswerSurveyEnv } from './answer-survey.env.ts';
import { badLinkPage, oldLinkPage, tryAgainPage } from './web/page.ts';
import { readerOf } from './web/reader.ts';
import { readForm } from './web/read-form.ts';
import { askPage, mostComment, noScorePage, retryForm, thanksPage } from './web/survey-page.ts';
import { tellBus } from './web/tell-bus.ts';
import { voiceFor } from './web/voice.ts';

const env = AnswerSurveyEnv.parse(process.env);
const bus = busWriter(env.BUS_NAME);
const answers = surveyAnswers(env.STATE_TABLE);
const brand = env.BRAND_NAME;

const scoreIn = (written: string | null | undefined, { kind }: SurveyLink): number | undefined => {
  const { from, to } = SURVEYS[kind];
  const score = /^\d{1,2}$/.test(written ?? '') ? Number(written) : undefined;
  return score !== undefined && score >= from && score <= to ? score : undefined;
};

/** What tells the thing that is asked about from others, such as `order_id`: journeys wait for answers by it. */
const idsIn = (entry: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(entry).filter(
      ([name, value]) => /^\w{1,40}_id$/.test(name) && (typeof value === 'string' || typeof value === 'number'),
    ),
  );

type Said = { readonly score: number; readonly comment: string; readonly at: string };
/** An answer, the link it came through, and what came through it before. */
type Answering = { readonly link: SurveyLink; readonly id: string; readonly said: Said; readonly ids: JsonObject };

const scoreOf = (detail: JsonObject | undefined): number | undefined => {
  const properties = detail?.['properties'];
  const score = isObject(properties) ? own(properties, 'score') : undefined;
  return typeof score === 'number' ? score : undefined;
};

const answerOf = ({ link, id, said, ids }: Answering, { times, last }: Answered): JsonObject => {
  const { customer, kind, journey, enrol, occurrence, step } = link;
  const replaces = scoreOf(last);
  return {
    type: 'track',
    event: surveyAnswered,
    messageId: `survey-${id}-${times + 1}`,
    timestamp: said.at,
    context: { customer },
    properties: {
      ...ids,
      kind,
      [kind]: said.score,
      score: said.score,
      ...(said.comment !== '' && { comment: said.comment }),
      journey,
      enrol,
      occurrence,
      step,
      survey: id,
      ...(replaces !== undefined && { replaces }),
    },
  };
};

const attempts = 4;
/** A link is good for 60 days; then its row is of no use. */
const keptMs = 90 * dayMs;

/**
 * Writes the answer down, then says it; and the one before it again, under its own id, in case its saying failed: a changed
 * answer takes the place of one that must have been heard.
 */
const record = async (link: SurveyLink, id: string, said: Said): Promise<boolean> => {
  const ids = idsIn(await answers.entryOf(link.customer, link));
  const at = { until: Date.parse(said.at) + keptMs };
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const before = await answers.read(link.customer, id);
    const last = answerOf({ link, id, said, ids }, before);
    if (!(await answers.write(link.customer, id, { times: before.times + 1, last, ...at }))) continue;
    const details = [...(before.last === undefined ? [] : [before.last]), last];
    return tellBus(bus, details, { customer: link.customer, room: 'survey' });
  }
  return false;
};

const answer = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { http, timeEpoch: now } = event.requestContext;
  const token = event.pathParameters?.['token'] ?? '';
  const link = readSurveyToken(token, { key: await customerKey(env.KEY_SECRET_ARN), now });
  const unknown = voiceFor(brand, event);
  if (link === undefined) return badLinkPage(unknown);
  if (link === 'expired') return oldLinkPage(unknown, unknown.texts.survey.old);
  if (await answers.isErased(link.customer)) return oldLinkPage(unknown, unknown.texts.survey.gone);
  const voice = voiceFor(brand, event, (await readerOf(env.STATE_TABLE, link.customer)).locale);
  const { kind } = link;
  if (http.method !== 'POST')
    return askPage({ voice, kind, score: scoreIn(event.queryStringParameters?.['score'], link) });
  const form = readForm(event);
  const score = scoreIn(form?.get('score'), link);
  const comment = (form?.get('comment') ?? '').trim().slice(0, mostComment);
  if (score === undefined) return noScorePage({ voice, kind, comment });
  const id = createHash('sha256').update(token).digest('base64url').slice(0, 32);
  const isTold = await record(link, id, { score, comment, at: new Date(now).toISOString() });
  const shown = { voice, kind, score, comment };
  return isTold ? thanksPage(shown) : tryAgainPage(voice, retryForm(shown));
};

/**
 * `GET` and `POST /v1/surveys/{token}`: one question behind a signed link, without login. Opening it, with a score or without,
 * answers nothing, since scanners open every link; each answer becomes a `Survey Answered`, and the last one counts.
 */
export const handler = observed('feedback', answer);
