import { inertTypes, readTypes } from '../../local/template/resource-types.ts';
import { controlPaths } from './control-paths.ts';

type Parts = {
  readonly operations: Readonly<Record<string, readonly string[]>>;
  /** `POST /_local/clock` and the like, each with the port it answers on. */
  readonly paths: readonly { readonly path: string; readonly port: 'AWS' | 'HTTP' }[];
  /** What `npm start -- --help` prints. */
  readonly help: string;
};

const code = (text: string): string => `\`${text}\``;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const typesByService = (types: readonly string[]): string =>
  [...Map.groupBy(types, (type) => type.split('::')[1] ?? '')]
    .map(([service, all]) => `* ${service}: ${all.map((type) => type.split('::')[2]).join(', ')}`)
    .join('\n');

const beginning = `# The local ground

\`npm start\` runs the synthesized stack on this machine, behind the endpoints of AWS. [\`local/\`](../local) knows AWS and
nothing of Segue: it reads a CDK cloud assembly, starts what that declares, and serves any app that stays within what is listed
here. The lists are made from the code and compared with it by a test; \`npx vitest -u test/house\` writes them anew.

An AWS SDK or the AWS CLI finds it with \`AWS_ENDPOINT_URL=http://127.0.0.1:4566\`, any region and any key. (The CLI before 2.13
and all of its first version want the option endpoint-url for SQS, and before 2.14 or 1.30 SQS is not understood.) Whoever comes
with a key that was not given to a function is a person outside and may do everything; a function, a state machine, a rule or a
schedule may do what its role and the policies of the template allow, and is refused the rest as on AWS.`;

const differences = `## What differs from AWS

**Time.** The clock is virtual unless it is told otherwise: it begins on Monday, 5 January 2026, 9:00 UTC, and stands still until
\`POST /_local/clock\` lets it pass. It never jumps while anything is in flight, and every timer fires at its own instant, in order.
\`Date\` in functions follows it. Timers a function sets itself, time-outs of functions, long polling of queues and the 30 seconds
of an HTTP API are real.

**Durability.** What was acknowledged is on disk, and everything goes on after a kill at any moment. With \`--memory\` nothing
outlives the process. Messages of a queue that were in flight are visible again at once after a restart; they keep their receive
counts. Functions begin anew, and what they were doing is delivered again.

**Functions** run in one process of this Node.js, whatever version the template names; other runtimes,
container images and code written into the template itself (\`ZipFile\`) are named at start, and their calls answer an error. At
most 100 run at once, besides those that read queues and streams or are called by functions; the others wait their turn. A
function that fails while it is loaded is told once at the terminal and counted at \`/_local/functions\`. Invocations at the same time share one module instance. Memory is reported, not
limited. The AWS SDK must be in the bundle or in the project's node_modules. What functions print is in \`functions.log\` of
the data folder.

**Permissions** are those of the template: identity policies, policies of queues, topics, buckets, buses, secrets and functions.
A function, state machine, rule or schedule whose role does not trust its service is refused. There are no permission
boundaries, organisations or KMS keys. Signatures are not checked.
Log and X-Ray permissions are never needed. Refusals are told at the terminal, each once.

**DynamoDB** reads are always consistent and never throttled; a stream has one shard. Rows past their time to live are deleted
at the next full minute, as the service would, not within days. Time to live and streams can be
changed by calls, for tables made by calls too; a change of the time to live is in force at once, and the next is taken after an
hour, as on AWS. Event source mappings are those of the template.

**Queues** are standard queues; a FIFO queue is refused at start. SQS speaks JSON, as every SDK since the end of 2023.

**EventBridge** targets are queues, topics, functions, state machines and buses of the stack. Deliveries are tried again on the
world's clock and go to the dead-letter queue when AWS would give up.

**Messages** go no further than the outbox. Addresses of the SES mailbox simulator do what they do on AWS; other recipients
take everything unless \`/_local/recipients\` says otherwise. Delivery reports come at once. An event about an SMS carries the
\`context\` the message was sent with, and neither the number nor the carrier. A phone number, a push application or another
sender that the template does not declare is taken as there, since people register those, outside of any stack.

**HTTP APIs** have the stage \`$default\`, functions behind their routes (payload 2.0), and no authorizer or one for JWTs. Tokens come
from \`GET /_local/token\` and look like those of the issuer the template names.

**S3** keeps whole objects: no versions, no uploads in parts, no lifecycle.

**CloudFormation** is not there: what the template declares is there at start, custom resources are created, updated and deleted
by their functions, and a template that cannot be served is refused with the resource and the property. Alarms, logs,
dashboards, user pools and keys have names and do nothing.

## Limits

Requests to AWS operations may have 10 MB. Everything listens on 127.0.0.1 only and answers this machine only.
An operation that is not listed is refused with \`UnknownOperationException\`, by name.`;

/** `docs/local.md`, from what the ground says of itself. */
export const localDocument = ({ operations, paths, help }: Parts): string => {
  const services = Object.entries(operations).toSorted(([a], [b]) => a.localeCompare(b));
  return `${[
    beginning,
    `## Flags\n\n\`\`\`\n${help.trim()}\n\`\`\``,
    `## Services and operations\n\nBy the name in a request's signature. State machines call the same operations as\n\`arn:aws:states:::aws-sdk:…\`.\n\n${services
      .map(([service, all]) => `* **${service}**: ${all.join(', ')}`)
      .join('\n')}`,
    `## Resource types\n\nRead from the template:\n\n${typesByService(readTypes)}\n* Custom resources, by their functions`,
    `Declared without effect, and without a word:\n\n${typesByService(inertTypes)}\n\nAny other type is of no effect either; the start says which.`,
    `## Its own paths\n\n${table(
      ['path', 'port', 'takes', 'answers', 'what it does'],
      paths.map(({ path, port }) => {
        const { takes, answers, does } = controlPaths[path] ?? { answers: '', does: '' };
        return [code(path), port, takes === undefined ? '' : code(takes), code(answers), does];
      }),
    )}`,
    differences,
  ].join('\n\n')}\n`;
};
