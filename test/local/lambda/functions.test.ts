import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLambda } from '../../../local/lambda/create-lambda.ts';
import { isOver } from '../../../local/lambda/sandbox/surroundings.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { loadStack } from '../../../local/template/load-stack.ts';
import type { Json, JsonObject, Operation } from '../../../local/world.ts';
import { makeWorld, MONDAY } from '../template/make-world.ts';
import { writeAssembly, type Parts } from '../template/write-assembly.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const role = ['AWS::IAM::Role', {}] as const;
const fn = (asset: string, more: object = {}) =>
  [
    'AWS::Lambda::Function',
    { Code: { S3Key: `${asset}.zip` }, Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...more },
  ] as const;

function withFunctions(parts: Parts, journal = openJournal(':memory:')) {
  const made = makeWorld(parts, { journal });
  folders.push(made.assembly);
  const printed: string[] = [];
  const reports: string[] = [];
  const lambda = createLambda(made.world, {
    awsUrl: 'http://127.0.0.1:4566',
    access: made.access,
    matches: () => true,
    logs: ({ functionName, text }) => (text.startsWith('REPORT ') ? reports : printed).push(`${functionName}: ${text}`),
  });
  made.router.add(lambda.service);
  const invoke = (input: JsonObject, who = 'outside') => made.world.call('lambda', 'Invoke', input, made.world.as(who));
  const payload = async (name: string, event: Json = {}) =>
    (await invoke({ FunctionName: name, Payload: event }))['Payload'];
  const start = () =>
    lambda.start({
      streams: { onWrite: () => () => {}, reader: () => ({ next: async () => undefined }) },
      queues: { onMessage: () => () => {} },
    });
  return { ...made, lambda, printed, reports, invoke, payload, start };
}

const mayInvoke = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' };
const echo = (body: string) => `export const handler = async (event, context) => { ${body} };`;

describe('a function', () => {
  test('is given its event and context, and answers JSON', async () => {
    const { invoke } = withFunctions({
      resources: { Role: role, Greet: fn('a', { FunctionName: 'greet', Timeout: 30, MemorySize: 256 }) },
      assets: {
        a: echo(`const { functionName, invokedFunctionArn, memoryLimitInMB, awsRequestId } = context;
          return { event, functionName, invokedFunctionArn, memoryLimitInMB, id: awsRequestId.length,
            left: context.getRemainingTimeInMillis() > 29000, gone: undefined }`),
      },
    });
    const answer = await invoke({ FunctionName: 'greet', Payload: { a: [1, null] } });
    expect(answer).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: {
        event: { a: [1, null] },
        functionName: 'greet',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:greet',
        memoryLimitInMB: '256',
        id: 36,
        left: true,
      },
    });
  });

  test('sees its own environment alone, from its first line on, and keys that name its role', async () => {
    const source = `import process from 'node:process';
      const first = process.env.NAME;
      export const handler = async () => {
        await new Promise((done) => setTimeout(done, 5));
        const { NAME, AWS_REGION, AWS_ENDPOINT_URL, AWS_EXECUTION_ENV, AWS_LAMBDA_FUNCTION_NAME, AWS_ACCESS_KEY_ID, HOME } = globalThis.process.env;
        globalThis.process.env.ADDED = NAME;
        return { first, NAME, AWS_REGION, AWS_ENDPOINT_URL, AWS_EXECUTION_ENV, AWS_LAMBDA_FUNCTION_NAME, AWS_ACCESS_KEY_ID, HOME,
          all: Object.keys(process.env).includes('NAME') && 'NAME' in process.env && !('HOME' in process.env) };
      };`;
    const environment = (NAME: string) => ({ Environment: { Variables: { NAME } } });
    const { payload, access } = withFunctions({
      resources: { Role: role, A: fn('same', environment('ann')), B: fn('same', environment('bob')) },
      assets: { same: source },
    });
    const [ann, bob] = await Promise.all([payload('Shop-A'), payload('Shop-B')]);
    const common = {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_ACCESS_KEY_ID: access.credentials('Role').accessKeyId,
      all: true,
    };
    expect(ann).toEqual({ ...common, first: 'ann', NAME: 'ann', AWS_LAMBDA_FUNCTION_NAME: 'Shop-A' });
    expect(bob).toEqual({ ...common, first: 'bob', NAME: 'bob', AWS_LAMBDA_FUNCTION_NAME: 'Shop-B' });
    expect(process.env['ADDED']).toBeUndefined();
    expect(process.env['PATH']).toBeDefined();
  });

  test('shares no module state with another function of the same code, and keeps its own', async () => {
    const { payload } = withFunctions({
      resources: { Role: role, A: fn('same'), B: fn('same') },
      assets: { same: `let n = 0; export const handler = async () => (n += 1);` },
    });
    expect([await payload('Shop-A'), await payload('Shop-A'), await payload('Shop-B')]).toEqual([1, 2, 1]);
  });

  test('prints to its log, not to the terminal', async () => {
    const { payload, printed } = withFunctions({
      resources: { Role: role, A: fn('a') },
      assets: {
        a: `console.log('loading'); export const handler = async () => {
          console.log('hello', { a: 1 }); await 0; console.error('oops'); process.stdout.write('raw\\n'); };`,
      },
    });
    await payload('Shop-A');
    expect(printed).toEqual(['Shop-A: loading\n', 'Shop-A: hello { a: 1 }\n', 'Shop-A: oops\n', 'Shop-A: raw\n']);
  });

  test('has a line in its log for every invocation: how long, how much memory, and the load of its module once', async () => {
    const { payload, reports } = withFunctions({
      resources: { Role: role, A: fn('a', { MemorySize: 512, Timeout: 0.5 }) },
      assets: { a: echo('if (event.hang) await new Promise(() => {})') },
    });
    await payload('Shop-A');
    await payload('Shop-A');
    await payload('Shop-A', { hang: true });
    const line = (more: string) =>
      new RegExp(
        String.raw`^Shop-A: REPORT RequestId: [\w-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 512 MB\tMax Memory Used: \d+ MB${more}\n$`,
      );
    expect(reports).toEqual([
      expect.stringMatching(line(String.raw`\tInit Duration: \d+\.\d\d ms`)),
      expect.stringMatching(line('')),
      expect.stringMatching(line(String.raw`\tStatus: timeout`)),
    ]);
  });

  test('that throws answers with its error', async () => {
    const { invoke } = withFunctions({
      resources: { Role: role, A: fn('a') },
      assets: { a: echo(`class Odd extends Error { name = 'Odd' } throw new Odd('no ' + event.what)`) },
    });
    expect(await invoke({ FunctionName: 'Shop-A', Payload: { what: 'way' } })).toMatchObject({
      StatusCode: 200,
      FunctionError: 'Unhandled',
      Payload: { errorType: 'Odd', errorMessage: 'no way', trace: expect.arrayContaining(['Odd: no way']) },
    });
  });

  test('that takes too long is timed out and begins afresh', async () => {
    const { payload, invoke } = withFunctions({
      resources: { Role: role, A: fn('a', { Timeout: 0.5 }) },
      assets: {
        a: `let n = 0; export const handler = async (event) => { n += 1; if (event.hang) await new Promise(() => {}); return n; };`,
      },
    });
    await payload('Shop-A');
    const answer = await invoke({ FunctionName: 'Shop-A', Payload: { hang: true } });
    expect(answer).toMatchObject({
      FunctionError: 'Unhandled',
      Payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/^RequestId: .* Error: Task timed out after 0\.50 seconds$/),
      },
    });
    expect(await payload('Shop-A')).toBe(1);
  });

  test('that was timed out is over, whatever of its code still runs', async () => {
    const { invoke } = withFunctions({
      resources: { Role: role, A: fn('a', { Timeout: 0.5 }) },
      assets: {
        a: `export const handler = async ({ told }) => { for (let n = 0; n < 8; n += 1) { globalThis[told](); await new Promise((go) => setTimeout(go, 100)); } };`,
      },
    });
    const over: boolean[] = [];
    vi.stubGlobal('told', () => over.push(isOver()));
    await invoke({ FunctionName: 'Shop-A', Payload: { told: 'told' } });
    await vi.waitFor(() => expect(over).toHaveLength(8));
    vi.unstubAllGlobals();
    expect(over[0]).toBe(false);
    expect(over[7]).toBe(true);
    expect(isOver()).toBe(false);
  });

  test.each([
    ['without the file', {}, 'index.handler', 'Runtime.ImportModuleError'],
    ['without the export', { a: 'export const other = 1;' }, 'index.handler', 'Runtime.HandlerNotFound'],
    ['that fails to load', { a: 'throw new TypeError("bad");' }, 'index.handler', 'TypeError'],
  ])('%s says so when invoked', async (...[, assets, Handler, errorType]) => {
    const { payload } = withFunctions({ resources: { Role: role, A: fn('a', { Handler }) }, assets });
    expect(await payload('Shop-A')).toMatchObject({ errorType });
  });

  test.each([
    ['of another language', { Runtime: 'python3.13' }, 'its runtime is python3.13, and only Node.js runs here'],
    [
      'written into the template',
      { Code: { ZipFile: 'exports.handler = () => 1' } },
      'its code is written into the template',
    ],
    [
      'in a container image',
      { Code: { ImageUri: 'repository:tag' }, PackageType: 'Image' },
      'its code is a container image',
    ],
  ])('%s is named at start, and its calls say so', async (...[, properties, reason]) => {
    const { payload, start, notes, lambda } = withFunctions({ resources: { Role: role, A: fn('a', properties) } });
    start();
    expect(notes).toEqual([expect.stringContaining(`Shop-A does not run here: ${reason}`)]);
    expect(await payload('Shop-A')).toMatchObject({
      errorType: 'Runtime.Unsupported',
      errorMessage: expect.stringContaining(`Shop-A cannot run on the local ground: ${reason}`),
    });
    expect(lambda.tallies()).toMatchObject([
      { invocations: 1, errors: 1, unrunnable: expect.stringContaining(reason) },
    ]);
  });

  test('is called a thousand times at once, a hundred at a time, and those it calls itself do not wait', async () => {
    const { invoke, world } = withFunctions({
      resources: {
        Role: ['AWS::IAM::Role', { Policies: [{ PolicyDocument: { Statement: [mayInvoke] } }] }],
        Outer: fn('outer'),
        Inner: fn('inner'),
      },
      assets: {
        outer: `let now = 0; let most = 0;
          export const handler = async () => {
            now += 1; most = Math.max(most, now);
            await new Promise(setImmediate);
            await globalThis.callInner();
            now -= 1;
            return most;
          };`,
        inner: echo('return 1'),
      },
    });
    const callInner = () => world.call('lambda', 'Invoke', { FunctionName: 'Shop-Inner' }, world.as('Role'));
    Reflect.set(globalThis, 'callInner', callInner);
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => invoke({ FunctionName: 'Shop-Outer' })));
    Reflect.deleteProperty(globalThis, 'callInner');
    expect(Math.max(...answers.map(({ Payload }) => Number(Payload)))).toBe(100);
    expect(answers.some(({ FunctionError }) => FunctionError !== undefined)).toBe(false);
  });

  test('that cannot be loaded is told once, and counted every time', async () => {
    const source = 'console.log("loading"); undefined.surely; export const handler = () => 1;';
    const { payload, notes, lambda, printed } = withFunctions({
      resources: { Role: role, A: fn('a'), B: fn('b') },
      assets: { a: source, b: echo('return 1') },
    });
    for (let call = 0; call < 3; call += 1) expect(await payload('Shop-A')).toMatchObject({ errorType: 'TypeError' });
    await payload('Shop-B');
    expect(notes).toEqual([
      expect.stringMatching(
        /^Shop-A cannot be loaded: TypeError: Cannot read properties of undefined \(reading 'surely'\) \(.*index\.mjs:1:\d+\)\. Every call of it fails until/,
      ),
    ]);
    expect(printed.filter((line) => line.includes('loading'))).toHaveLength(3);
    const [a, b] = lambda.tallies();
    expect(a).toMatchObject({ name: 'Shop-A', invocations: 3, errors: 3, loadFailures: 3 });
    expect(a!.loadFailure).toMatch(/^TypeError: Cannot read/);
    expect(b).toEqual({ name: 'Shop-B', invocations: 1, errors: 0, loadFailures: 0 });
  });

  test('that cannot be loaded is told at the terminal, not in its own log', async () => {
    const { payload, printed, notes } = withFunctions({
      resources: { Role: role, A: fn('a') },
      assets: { a: 'console.log("loading"); throw new TypeError("bad");' },
    });
    const machine = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    // oxlint-disable-next-line no-console -- the terminal is what this is about
    notes.push = (line) => (console.log(line), 1);
    await payload('Shop-A');
    machine.mockRestore();
    expect(printed.join()).toContain('loading');
    expect(printed.join()).not.toContain('cannot be loaded');
  });

  test('takes on new code when the assembly changed, and keeps its module when not', async () => {
    const counting = (from: number) => `let n = ${from}; export const handler = async () => (n += 1);`;
    const resources: Parts['resources'] = { Role: role, A: fn('a'), B: fn('b') };
    const { payload, lambda, assembly } = withFunctions({ resources, assets: { a: counting(0), b: counting(0) } });
    expect([await payload('Shop-A'), await payload('Shop-B')]).toEqual([1, 1]);
    writeAssembly({ resources: { ...resources, A: fn('c') }, assets: { b: counting(0), c: counting(100) } }, assembly);
    lambda.reload(loadStack(assembly, { awsUrl: 'http://127.0.0.1:4566', httpUrl: '' }));
    expect([await payload('Shop-A'), await payload('Shop-B')]).toEqual([101, 2]);
  });
});

describe('an invocation', () => {
  const versioned = {
    resources: {
      Role: role,
      Greet: fn('a', { FunctionName: 'greet' }),
      Version: ['AWS::Lambda::Version', { FunctionName: { Ref: 'Greet' } }],
      Live: ['AWS::Lambda::Alias', { FunctionName: { Ref: 'Greet' }, Name: 'live', FunctionVersion: '1' }],
      Caller: [
        'AWS::IAM::Role',
        {
          Policies: [
            {
              PolicyDocument: {
                Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: 'Version' } }],
              },
            },
          ],
        },
      ],
    },
    assets: { a: echo('return [context.functionVersion, context.invokedFunctionArn.split(":").at(-1)]') },
  } satisfies Parts;

  test.each([
    ['greet', '$LATEST', 'greet'],
    ['greet:1', '1', '1'],
    ['function:greet:live', '1', 'live'],
    ['000000000000:function:greet', '$LATEST', 'greet'],
    ['arn:aws:lambda:us-east-1:000000000000:function:greet:1', '1', '1'],
  ])('of %s runs version %s', async (FunctionName, version, last) => {
    const { invoke } = withFunctions(versioned);
    expect(await invoke({ FunctionName })).toMatchObject({ ExecutedVersion: version, Payload: [version, last] });
  });

  test('needs leave for the version it asks for', async () => {
    const { invoke } = withFunctions(versioned);
    await invoke({ FunctionName: 'greet', Qualifier: '1' }, 'Caller');
    await expect(invoke({ FunctionName: 'greet' }, 'Caller')).rejects.toThrow(
      'lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:greet because',
    );
  });

  test('with more than AWS takes is refused: 1 MB when nobody waits, 6 MB otherwise', async () => {
    const { invoke } = withFunctions(versioned);
    const of = (megabytes: number) => ({ FunctionName: 'greet', Payload: 'x'.repeat(megabytes * 1024 * 1024 - 2) });
    await invoke({ ...of(1), InvocationType: 'Event' });
    await invoke(of(6));
    for (const input of [{ ...of(1.1), InvocationType: 'Event' }, of(6.1)])
      await expect(invoke(input)).rejects.toMatchObject({ code: 'RequestTooLargeException', status: 413 });
  });

  test('of a function or alias that is not there is refused', async () => {
    const { invoke } = withFunctions(versioned);
    for (const FunctionName of ['nobody', 'greet:dead']) {
      await expect(invoke({ FunctionName })).rejects.toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
    }
  });
});

describe('an event nobody waits for', () => {
  const counting = (fails: number) =>
    `let n = 0; export const handler = async (event) => { n += 1; console.log(event.id + ' try ' + n); if (n <= ${fails}) throw new Error('try ' + n); };`;

  /** Notes what is sent to queues. */
  const withQueue = (parts: Parts, journal = openJournal(':memory:')) => {
    const made = withFunctions(parts, journal);
    const sent: JsonObject[] = [];
    const SendMessage: Operation = async (input, caller) => {
      caller.require('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:dead');
      sent.push(input);
      return {};
    };
    made.router.add({ name: 'sqs', operations: { SendMessage } });
    return { ...made, sent };
  };
  const mayWrite = [
    'AWS::IAM::Role',
    { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] } }] },
  ] as const;
  const dead = ['AWS::SQS::Queue', { QueueName: 'dead' }] as const;
  const deadLetters = { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] } } };
  const event = { FunctionName: 'Shop-A', InvocationType: 'Event', Payload: { id: 'x' } };

  test('is accepted at once and done while time stands still', async () => {
    const { invoke, world, printed } = withQueue({ resources: { Role: role, A: fn('a') }, assets: { a: counting(0) } });
    expect(await invoke(event)).toEqual({ StatusCode: 202 });
    await world.clock.quiet();
    expect(printed).toEqual(['Shop-A: x try 1\n']);
    expect([...world.journal.all('invocation')]).toEqual([]);
  });

  test('is tried again after one minute and after two more', async () => {
    const { invoke, world, printed } = withQueue({ resources: { Role: role, A: fn('a') }, assets: { a: counting(2) } });
    await invoke(event);
    const tries = () => printed.filter((line) => line.includes('x try')).length;
    await world.clock.quiet();
    expect(tries()).toBe(1);
    await world.clock.advance(59_000);
    expect(tries()).toBe(1);
    await world.clock.advance(1000);
    expect(tries()).toBe(2);
    await world.clock.advance(120_000);
    expect(tries()).toBe(3);
    await world.clock.advance(3_600_000);
    expect(tries()).toBe(3);
  });

  test('that keeps failing goes to the dead-letter queue, with the reason', async () => {
    const { invoke, world, sent } = withQueue({
      resources: { Role: mayWrite, Dead: dead, A: fn('a', deadLetters) },
      assets: { a: counting(9) },
    });
    await invoke(event);
    await world.clock.advance(600_000);
    expect(sent).toMatchObject([
      {
        QueueUrl: 'http://127.0.0.1:4566/000000000000/dead',
        MessageBody: '{"id":"x"}',
        MessageAttributes: {
          RequestID: { DataType: 'String', StringValue: expect.stringMatching(/^[\w-]{36}$/) },
          ErrorCode: { DataType: 'Number', StringValue: '200' },
          ErrorMessage: { DataType: 'String', StringValue: 'try 3' },
        },
      },
    ]);
  });

  test('that keeps failing goes to the failure destination, as often as its configuration says', async () => {
    const { invoke, world, sent } = withQueue({
      resources: {
        Role: mayWrite,
        Dead: dead,
        A: fn('a'),
        Config: [
          'AWS::Lambda::EventInvokeConfig',
          {
            FunctionName: { Ref: 'A' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 0,
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
          },
        ],
      },
      assets: { a: counting(9) },
    });
    await invoke(event);
    await world.clock.quiet();
    expect(JSON.parse(String(sent[0]?.['MessageBody']))).toEqual({
      version: '1.0',
      timestamp: new Date(MONDAY).toISOString(),
      requestContext: {
        requestId: expect.any(String),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Shop-A:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { id: 'x' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'try 1', trace: expect.any(Array) },
    });
  });

  test('that grew too old is given up before its last try, and success has a destination of its own', async () => {
    const config = (more: object) =>
      ['AWS::Lambda::EventInvokeConfig', { FunctionName: { Ref: 'A' }, Qualifier: '$LATEST', ...more }] as const;
    const to = { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } };
    const run = async (fails: number, more: object) => {
      const made = withQueue({
        resources: { Role: mayWrite, Dead: dead, A: fn('a'), Config: config(more) },
        assets: { a: counting(fails) },
      });
      await made.invoke(event);
      await made.world.clock.advance(600_000);
      return JSON.parse(String(made.sent[0]?.['MessageBody'])).requestContext;
    };
    expect(await run(9, { MaximumEventAgeInSeconds: 100, DestinationConfig: { OnFailure: to } })).toMatchObject({
      condition: 'EventAgeExceeded',
      approximateInvokeCount: 2,
    });
    expect(await run(1, { DestinationConfig: { OnSuccess: to } })).toMatchObject({
      condition: 'Success',
      approximateInvokeCount: 2,
    });
  });

  test('that keeps failing may be kept in a bucket', async () => {
    const { invoke, world, router } = withFunctions({
      resources: {
        Role: [
          'AWS::IAM::Role',
          { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] } }] },
        ],
        A: fn('a'),
        Config: [
          'AWS::Lambda::EventInvokeConfig',
          {
            FunctionName: { Ref: 'A' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 0,
            DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::lost' } },
          },
        ],
      },
      assets: { a: counting(9) },
    });
    const objects: JsonObject[] = [];
    router.add({ name: 's3', operations: { PutObject: async (input) => (objects.push(input), {}) } });
    await invoke(event);
    await world.clock.quiet();
    expect(objects).toMatchObject([
      {
        Bucket: 'lost',
        Key: expect.stringMatching(/^aws\/lambda\/async\/Shop-A\/2026\/01\/05\/2026-01-05T09\.00\.00-[\w-]{36}$/),
      },
    ]);
  });

  test('without leave to write to its dead-letter queue is noted', async () => {
    const { invoke, world, notes } = withQueue({
      resources: { Role: role, Dead: dead, A: fn('a', deadLetters) },
      assets: { a: counting(9) },
    });
    await invoke(event);
    await world.clock.advance(600_000);
    expect(notes.join()).toContain('not authorized to perform: sqs:SendMessage');
  });

  test('accepted before a crash is done after it', async () => {
    const journal = openJournal(':memory:');
    const parts: Parts = { resources: { Role: role, A: fn('a') }, assets: { a: counting(1) } };
    const first = withQueue(parts, journal);
    await first.invoke(event);
    await first.world.clock.quiet();
    const second = withQueue(parts, journal);
    second.start();
    await second.world.clock.advance(180_000);
    expect(second.printed.filter((line) => line.includes('x try'))).toHaveLength(2);
    expect([...journal.all('invocation')]).toEqual([]);
  });
});
