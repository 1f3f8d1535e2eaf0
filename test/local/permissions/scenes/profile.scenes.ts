import {
  answersClick,
  newVersion,
  type Scene,
  lea,
  adds,
  buys,
  leavesCart,
  clicks,
  foldPaused,
  refolds,
  writes,
  profileRow,
  publishNew,
} from './acts.ts';

export const scenes: readonly Scene[] = [
  {
    name: 'a customer whose fold fails is set aside and rests in the dead-letter queue',
    expected: { queues: { RefoldsDead: 1 } },
    async play(segue) {
      await segue.put(lea());
      const row = await profileRow(segue);
      if (row !== undefined) await writes(segue, 'State', { ...row, owed: { S: 'no JSON' } });
      await segue.put(adds());
      await segue.advance('PT1H');
    },
  },
  {
    name: 'an operator refolds, and what was due is done',
    expected: { runs: { 'SUCCEEDED after Wait 4 hours': 1 } },
    deployed: foldPaused,
    async play(segue) {
      await leavesCart(segue);
      await refolds(segue, ['lea', 'adds']);
      await segue.advance('PT3H');
      await segue.put(adds('again'));
      await refolds(segue, ['again']);
      await segue.advance('PT2H');
      await segue.put(buys);
      await refolds(segue, ['buys']);
    },
  },
  {
    name: 'an operator refolds a click',
    expected: { messages: { email: 1, sms: 1 }, answers: ['live, version 2'] },
    deployed: foldPaused,
    async play(segue) {
      await publishNew(segue, newVersion(answersClick));
      await leavesCart(segue);
      await refolds(segue, ['lea', 'adds']);
      await segue.advance('PT4H');
      await clicks(segue);
      const ids = (await segue.scan('Log')).map(({ sk }) => (sk as { S: string }).S);
      await refolds(
        segue,
        ids.filter((id) => !['lea', 'adds'].includes(id)),
      );
    },
  },
  {
    name: 'a signal right after a refold folds the whole log',
    expected: { runs: { 'RUNNING after Wait 4 hours': 1 } },
    async play(segue) {
      await segue.put(lea());
      await refolds(segue, ['lea']);
      await segue.put(adds());
    },
  },
  {
    name: 'signals that cannot be folded at all are kept in the bucket',
    expected: { kept: { FailedFolds: 'something' } },
    async play(segue) {
      await segue.put(lea());
      const row = await profileRow(segue);
      if (row !== undefined) await writes(segue, 'State', { ...row, body: { S: 'no JSON' } });
      await segue.put(adds());
      await segue.advance('PT1H');
    },
  },
];
