import { parseArgs } from 'node:util';
import { complain, order } from './refolds-queue.ts';

const usage = `Takes back what made one customer of two: each has what was theirs again, and the same signal makes them one no more.

  npm run split -- --anonymous ID --to ada --by olga     an anonymous id that is not ada's
  npm run split -- --from ada-old --to ada --by olga     a user whom an alias made one with ada

  --from, --to       a userId or our id, as the link has them
  --by               who says so: it is written down with the link
  --stage NAME       the stage whose customers they are; without it that of \`npm start\`, local
  --endpoint URL     where AWS answers; for the stage local http://127.0.0.1:4566 unless AWS_ENDPOINT_URL says otherwise
`;

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    anonymous: { type: 'string' },
    to: { type: 'string' },
    by: { type: 'string' },
    stage: { type: 'string', default: 'local' },
    endpoint: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const { from: user, anonymous, to, by, help } = values;
const from = anonymous === undefined ? user : { anonymous };
if (help || from === undefined || to === undefined || by === undefined) {
  console.log(usage);
  process.exitCode = help ? 0 : 1;
} else await order({ split: { from, to, by } }, values).catch(complain);
