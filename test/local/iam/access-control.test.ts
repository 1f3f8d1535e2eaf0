import { describe, expect, test } from 'vitest';
import { accessControl } from '../../../local/iam/access-control.ts';
import { loadStack } from '../../../local/template/load-stack.ts';
import { writeAssembly, type Parts } from '../template/write-assembly.ts';

const urls = { awsUrl: 'http://127.0.0.1:4566', httpUrl: 'http://127.0.0.1:8080' };
const at = 'us-east-1:000000000000';
const table = `arn:aws:dynamodb:${at}:table/items`;
const queue = `arn:aws:sqs:${at}:inbox`;
const rule = `arn:aws:events:${at}:rule/shop/orders`;
const greet = `arn:aws:lambda:${at}:function:greet`;

const access = (resources: Parts['resources']) => accessControl(loadStack(writeAssembly({ resources }), urls));

const policy = (...statements: readonly object[]) =>
  ({
    Role: ['AWS::IAM::Role', {}],
    Other: ['AWS::IAM::Role', {}],
    Policy: ['AWS::IAM::Policy', { PolicyDocument: { Statement: statements }, Roles: [{ Ref: 'Role' }] }],
  }) satisfies Parts['resources'];

const allow = (action: unknown, resource: unknown, condition?: object) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition && { Condition: condition }),
});

const may = (...[control, ...question]: readonly [ReturnType<typeof access>, string, string, object?]) => {
  try {
    control.as('Role').require(question[0], question[1], JSON.parse(JSON.stringify(question[2] ?? {})));
    return true;
  } catch {
    return false;
  }
};

describe('a role', () => {
  test('may do what its policy allows and nothing else', () => {
    const control = access(policy(allow(['dynamodb:Get*', 'dynamodb:PutItem'], [table, `${table}/index/*`])));
    expect(may(control, 'dynamodb:GetItem', table)).toBe(true);
    expect(may(control, 'dynamodb:getitem', table)).toBe(true);
    expect(may(control, 'dynamodb:GetItem', `${table}/index/byTime`)).toBe(true);
    expect(may(control, 'dynamodb:DeleteItem', table)).toBe(false);
    expect(may(control, 'dynamodb:GetItem', `${table}s`)).toBe(false);
  });

  test('is told who it is, what it tried and on what', () => {
    const control = access(policy());
    expect(() => control.as('Role').require('dynamodb:PutItem', table)).toThrow(
      `User: arn:aws:iam::000000000000:role/Shop-Role is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
    );
    expect(() => control.as('Role').require('a:b', 'c')).toThrow(
      expect.objectContaining({ code: 'AccessDeniedException', status: 400 }),
    );
  });

  test('is found by ARN, by name and by logical id', () => {
    const control = access(policy());
    const arn = 'arn:aws:iam::000000000000:role/Shop-Role';
    expect([control.as('Role').id, control.as('Shop-Role').id, control.as(arn).id]).toEqual([arn, arn, arn]);
  });

  test('has nothing from policies of other roles', () => {
    const control = access(policy(allow('*', '*')));
    expect(may(control, 'a:b', 'c')).toBe(true);
    expect(() => control.as('Other').require('a:b', 'c')).toThrow('not authorized');
    expect(() => control.as('arn:aws:iam::000000000000:role/Nobody').require('a:b', 'c')).toThrow('not authorized');
  });

  test('is denied what a Deny names, whatever else allows it', () => {
    const deny = { Effect: 'Deny', NotAction: 'dynamodb:Get*', Resource: table };
    const control = access(policy(allow('*', '*'), deny));
    expect(may(control, 'dynamodb:GetItem', table)).toBe(true);
    expect(may(control, 'dynamodb:PutItem', table)).toBe(false);
    expect(() => control.as('Role').require('dynamodb:PutItem', table)).toThrow('explicit deny');
  });

  test('may write logs by the managed policy for functions, and use a policy of the template', () => {
    const control = access({
      Role: [
        'AWS::IAM::Role',
        {
          ManagedPolicyArns: [
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            { Ref: 'Managed' },
            'arn:aws:iam::aws:policy/Unheard',
          ],
          Policies: [{ PolicyName: 'inline', PolicyDocument: { Statement: allow('sqs:SendMessage', queue) } }],
        },
      ],
      Managed: ['AWS::IAM::ManagedPolicy', { PolicyDocument: { Statement: [allow('sns:Publish', '*')] } }],
    });
    expect(may(control, 'logs:PutLogEvents', 'arn:aws:logs:x')).toBe(true);
    expect(may(control, 'sns:Publish', 'x')).toBe(true);
    expect(may(control, 'sqs:SendMessage', queue)).toBe(true);
    expect(may(control, 'sqs:DeleteMessage', queue)).toBe(false);
  });
});

describe('a condition', () => {
  const keys = 'dynamodb:LeadingKeys';
  test.each([
    ['StringEquals', { k: 'a' }, { k: 'a' }, true],
    ['StringEquals', { k: ['b', 'a'] }, { K: 'a' }, true],
    ['StringEquals', { k: 'a' }, { k: 'b' }, false],
    ['StringEquals', { k: 'a' }, {}, false],
    ['StringEqualsIfExists', { k: 'a' }, {}, true],
    ['StringNotEquals', { k: 'a' }, {}, true],
    ['StringNotEquals', { k: ['a', 'b'] }, { k: 'b' }, false],
    ['StringNotLike', { k: 'a*' }, { k: 'bc' }, true],
    ['StringLike', { k: 'J#?b*' }, { k: 'J#abc' }, true],
    ['ForAllValues:StringLike', { [keys]: 'J#*' }, { [keys]: ['J#a', 'J#b'] }, true],
    ['ForAllValues:StringLike', { [keys]: 'J#*' }, { [keys]: ['J#a', 'C#b'] }, false],
    ['ForAnyValue:StringEquals', { k: 'a' }, { k: ['b', 'a'] }, true],
    ['ForAnyValue:StringEquals', { k: 'a' }, {}, false],
    ['Bool', { 'aws:SecureTransport': 'true' }, {}, true],
    ['Bool', { k: true }, { k: 'true' }, true],
    ['Null', { k: 'true' }, {}, true],
    ['Null', { k: 'true' }, { k: 'a' }, false],
    ['NumericLessThan', { k: '10' }, { k: 9 }, true],
    ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Shop-*' }, {}, true],
    ['StringEquals', { k: '${aws:RequestedRegion}' }, { k: 'us-east-1' }, true],
    ['StringEquals', { k: '${aws:userid}' }, { k: 'x' }, false],
    ['DateLessThan', { k: '2026-01-01' }, { k: '2025-01-01' }, false],
    ['Unheard', { k: 'a' }, { k: 'a' }, false],
  ])('%s %j with %j is %s', (...[operator, expected, context, allowed]) => {
    const control = access(policy(allow('a:b', '*', { [operator]: expected })));
    expect(may(control, 'a:b', 'c', context)).toBe(allowed);
  });

  test('is looked at each time, whatever was asked before', () => {
    const refusal = { ...allow('a:c', 'd', { StringEquals: { k: 'b' } }), Effect: 'Deny' };
    const control = access(policy(allow('a:b', '*', { StringEquals: { k: 'a' } }), allow('a:c', '*'), refusal));
    const each = (action: string, ...values: string[]) => values.map((k) => may(control, action, 'd', { k }));
    expect(each('a:b', 'a', 'b', 'a', 'b')).toEqual([true, false, true, false]);
    expect(each('a:c', 'a', 'b', 'a', 'b')).toEqual([true, false, true, false]);
  });

  test('every condition of a statement must hold', () => {
    const control = access(policy(allow('a:b', '*', { StringEquals: { k: 'a' }, StringLike: { l: '*' } })));
    expect(may(control, 'a:b', 'c', { k: 'a', l: 'x' })).toBe(true);
    expect(may(control, 'a:b', 'c', { k: 'a' })).toBe(false);
  });
});

describe('a service', () => {
  const delivery = (condition?: object) => ({
    Queue: ['AWS::SQS::Queue', { QueueName: 'inbox' }] as const,
    QueuePolicy: [
      'AWS::SQS::QueuePolicy',
      {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Principal: { Service: 'events.amazonaws.com' },
              Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] },
              ...(condition && { Condition: condition }),
            },
          ],
        },
      },
    ] as const,
  });

  test('may deliver only where a resource lets it, and only for the source named', () => {
    const control = access(delivery({ ArnEquals: { 'aws:SourceArn': rule } }));
    control.as('events.amazonaws.com', rule).require('sqs:SendMessage', queue);
    for (const caller of [
      control.as('events.amazonaws.com', `${rule}-other`),
      control.as('events.amazonaws.com'),
      control.as('sns.amazonaws.com', rule),
    ]) {
      expect(() => caller.require('sqs:SendMessage', queue)).toThrow('no resource-based policy allows');
    }
    expect(() => control.as('events.amazonaws.com', rule).require('sqs:SendMessage', `${queue}-other`)).toThrow(
      'no resource-based',
    );
  });

  test('a policy says nothing about resources it is not attached to', () => {
    const { Queue, QueuePolicy } = delivery();
    const control = access({ Queue: ['AWS::SQS::Queue', { QueueName: 'another' }], Inbox: Queue, QueuePolicy });
    expect(() => control.as('events.amazonaws.com').require('sqs:SendMessage', queue)).toThrow('no resource-based');
  });

  test('may invoke a function by permission, for its source and for the version it names', () => {
    const control = access({
      Greet: ['AWS::Lambda::Function', { FunctionName: 'greet' }],
      Version: ['AWS::Lambda::Version', { FunctionName: { Ref: 'Greet' } }],
      Permission: [
        'AWS::Lambda::Permission',
        {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'Version' },
          Principal: 'apigateway.amazonaws.com',
          SourceArn: `arn:aws:execute-api:${at}:api/*/*/greet`,
        },
      ],
      ByName: [
        'AWS::Lambda::Permission',
        { Action: 'lambda:InvokeFunction', FunctionName: { Ref: 'Greet' }, Principal: 'events.amazonaws.com' },
      ],
    });
    const gateway = control.as('apigateway.amazonaws.com', `arn:aws:execute-api:${at}:api/$default/GET/greet`);
    gateway.require('lambda:InvokeFunction', `${greet}:1`);
    expect(() => gateway.require('lambda:InvokeFunction', greet)).toThrow('no resource-based');
    control.as('events.amazonaws.com', rule).require('lambda:InvokeFunction', greet);
  });
});

describe('credentials', () => {
  test('of a function name its role, and any other key is a person outside, who may do all', () => {
    const control = access(policy());
    const { accessKeyId } = control.credentials('arn:aws:iam::000000000000:role/Shop-Role');
    expect(accessKeyId).toMatch(/^ASIA[A-Z0-9]{4,124}$/);
    expect(control.callerOf(accessKeyId).id).toBe('arn:aws:iam::000000000000:role/Shop-Role');
    for (const key of ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'test', '']) {
      expect(control.callerOf(key).id).toBe('outside');
    }
    control.callerOf('test').require('dynamodb:DeleteTable', table);
  });
});

describe('grants nobody used', () => {
  test('are listed until a call needs them', () => {
    const control = access(policy(allow('a:b', 'c'), allow('a:d', 'c')));
    expect(control.unusedStatements().map(({ actions }) => actions)).toEqual([['a:b'], ['a:d']]);
    may(control, 'a:d', 'c');
    may(control, 'a:d', 'c');
    expect(control.unusedStatements()).toEqual([
      { policy: 'Policy', actions: ['a:b'], notActions: [], resources: ['c'] },
    ]);
  });
});
