import { parseArgs } from 'node:util';
import { complain, order } from './refolds-queue.ts';

const usage = `Folds profiles from the log again. Nothing is sent and no journey starts; a profile that was right stays as it is.

  npm run rebuild -- --customer ada      one customer, by their userId or our id
  npm run rebuild -- --all               everybody

  --stage NAME       the stage whose profiles they are; without it that of \`npm start\`, local
  --endpoint URL     where AWS answers; for the stage local http://127.0.0.1:4566 unless AWS_ENDPOINT_URL says otherwise
`;

const { values } = parseArgs({
  options: {
    customer: { type: 'string' },
    all: { type: 'boolean', default: false },
    stage: { type: 'string', default: 'local' },
    endpoint: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const { customer, all, help } = values;
const which = customer === undefined ? 'all' : { customer };
if (help || all === (customer !== undefined)) {
  console.log(usage);
  process.exitCode = help ? 0 : 1;
} else await order({ rebuild: which }, values).catch(complain);
