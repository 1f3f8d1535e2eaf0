import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemblyFor } from '../../../demo/synthesize.ts';
import type { Grant } from '../../../local/iam/access-control.ts';
import { matchesPattern } from '../../../local/iam/wildcard.ts';
import { loadStack } from '../../../local/template/load-stack.ts';
import { grantsOf, nameOf } from './grants.ts';
import { reasonFor, staleReasons } from './needless.ts';
import { scenes } from './scenes/index.ts';
import { openStage, type Played } from './stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const DENIAL = /^User: (\S+) is not authorized to perform: (\S+) on resource: (\S+) because no \S+ policy allows/;

let assembly: string;
let stage: ReturnType<typeof openStage>;
let grants: readonly Grant[];
let played: ReadonlyMap<string, Played>;

beforeAll(async () => {
  assembly = await assemblyFor(root, () => undefined);
  grants = grantsOf(assembly);
  stage = openStage(assembly);
  const all = await stage.playAll(scenes.map(({ name }) => ({ scene: name })));
  played = new Map(scenes.map(({ name }, index) => [name, all[index]!]));
}, 900_000);
afterAll(() => stage?.close());

const keyOf = (grant: Grant): string => JSON.stringify(grant);

/** Grant → the scenes that need it; first those that show it soonest when it is missing. */
const scenesByGrant = (): ReadonlyMap<string, readonly string[]> => {
  const byTime = [...played].toSorted(([, a], [, b]) => a.ms - b.ms);
  const uses = byTime.flatMap(([scene, { used }]) => used.map((grant) => ({ grant, key: keyOf(grant), scene })));
  const byGrant = Map.groupBy(uses, ({ key }) => key);
  // What every scene needs is needed to start: it shows where the same policy is needed for something else as well.
  const atStart = (key: string): boolean => byGrant.get(key)?.length === scenes.length;
  const isBusy = ({ grant: { policy }, scene }: (typeof uses)[number]): boolean =>
    played.get(scene)!.used.some((other) => other.policy === policy && !atStart(keyOf(other)));
  return new Map(
    [...byGrant].map(([key, all]) => {
      const first = atStart(key) ? all.filter(isBusy) : [];
      return [key, [...new Set([...first, ...all].map(({ scene }) => scene))]];
    }),
  );
};

describe('with every permission of the template', () => {
  test.each(scenes)('$name', ({ name, expected, deployed }) => {
    const { facts, notes } = played.get(name)!;
    expect(facts).toMatchObject(expected);
    expect(deployed === undefined ? notes : []).toEqual([]);
  });

  test('each is needed, or known to be of use to AWS only', () => {
    const needed = scenesByGrant();
    const needless = grants.filter((grant) => !needed.has(keyOf(grant))).map(nameOf);
    expect(needless.filter((grant) => reasonFor(grant) === undefined)).toEqual([]);
    expect(staleReasons(needless)).toEqual([]);
  });
});

/** Who is refused when this grant is missing: the role its policy belongs to, or a service. */
const whoNeeds = ({ policy }: Grant): string => {
  const stack = loadStack(assembly, { awsUrl: 'http://127.0.0.1:1', httpUrl: 'http://127.0.0.1:2' });
  const [role] = [stack.find(policy)?.properties['Roles'] ?? []].flat();
  return role === undefined ? '.amazonaws.com' : (stack.find(String(role))?.arn ?? '');
};

const isDenialOf = (grant: Grant, note: string): boolean => {
  const [, user = '', action = '', resource = ''] = DENIAL.exec(note) ?? [];
  return (
    user.endsWith(whoNeeds(grant)) &&
    matchesPattern(grant.action, action, true) &&
    matchesPattern(grant.resource, resource)
  );
};

type Revoked = { readonly grant: Grant; readonly scene: string; readonly result: Played };

/** All of them take a minute or more of two cores; a run tries some, and another run others, or those that are asked for. */
const isWhole = process.env['CI'] !== undefined || process.env['EVERY_GRANT'] !== undefined;
const seed = Number(process.env['SEGUE_SEED'] ?? 20_260_105);
const sampleSize = 20;
/** Whoever writes the scenes of a room: `GRANTS='^Segment'`. */
const asked = process.env['GRANTS'];

const sample = <T>(all: readonly T[]): readonly T[] => {
  if (isWhole || asked !== undefined) return all;
  const shuffled = all.map((one, index) => ({ one, place: hash(`${seed} ${index}`) }));
  return shuffled
    .toSorted((a, b) => a.place.localeCompare(b.place))
    .map(({ one }) => one)
    .slice(0, sampleSize);
};
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Plays each grant's quickest scene without it; where nothing shows, the next one. */
const revokeEach = async (): Promise<readonly Revoked[]> => {
  const needed = scenesByGrant();
  const done: Revoked[] = [];
  const revocable = grants.flatMap((grant) => {
    const [scene, ...others] = needed.get(keyOf(grant)) ?? [];
    const isAsked = asked === undefined || new RegExp(asked).test(nameOf(grant));
    return scene === undefined || !isAsked ? [] : [{ grant, scene, others }];
  });
  let left = [...sample(revocable)];
  while (left.length > 0) {
    const jobs = left.map(({ grant: revoked, scene }) => ({ scene, revoked }));
    const results = await stage.playAll(jobs);
    const tried = left.map((one, index) => ({ ...one, result: results[index]! }));
    left = tried.flatMap(({ others: [scene, ...others], ...one }) =>
      scene === undefined || shows(one) ? [] : [{ grant: one.grant, scene, others }],
    );
    done.push(...tried.filter(({ grant }) => !left.some((one) => one.grant === grant)));
  }
  return done;
};

const shows = ({ scene, result }: Omit<Revoked, 'grant'>): boolean =>
  JSON.stringify(result.facts) !== JSON.stringify(played.get(scene)!.facts);

test('without any one of them something fails, and the refusal names who, what and on what', async () => {
  const began = performance.now();
  const revoked = await revokeEach();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const which = isWhole || asked !== undefined ? '' : `, those of SEGUE_SEED=${seed} (EVERY_GRANT=1 for all)`;
  process.stdout.write(`${grants.length} grants; revoked one at a time: ${revoked.length} in ${seconds} s${which}\n`);

  const nameIn = ({ grant, scene }: Revoked): string => `${nameOf(grant)} (${scene})`;
  expect(revoked.filter((one) => !shows(one)).map(nameIn)).toEqual([]);
  const unnamed = revoked.filter(({ grant, result }) => !result.notes.some((note) => isDenialOf(grant, note)));
  expect(unnamed.map(nameIn)).toEqual([]);
}, 1_800_000);
