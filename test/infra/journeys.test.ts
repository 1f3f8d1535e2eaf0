import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortestFusedWaitMs } from '../../core/journey/plan/segment.ts';
import { leaseMs } from '../../functions/aws/send-ledger.ts';
import { readJourneys } from '../../infra/journey/journey-files.ts';
import { fixtureJourneys, ofType, only, readable, scratch, synthesize } from './synthesized.ts';

const dev = synthesize();
const withSms = synthesize({ smsOrigination: 'pool-0123abcd' });
const machine = ofType(dev, 'AWS::StepFunctions::StateMachine').find(([, { Properties }]) =>
  String(Properties['StateMachineName']).endsWith('-spring-sale'),
)![1].Properties;
const versionOf = (from: typeof dev) => ofType(from, 'AWS::StepFunctions::StateMachineVersion')[0]![0];
const committed = (file: string) => readFileSync(join(fixtureJourneys, 'spring-sale', file), 'utf8');

/** The fixture's journey with one of its files changed. */
const changed = (file: string, change: (text: string) => string): string => {
  const folder = scratch();
  cpSync(fixtureJourneys, folder, { recursive: true });
  writeFileSync(join(folder, 'spring-sale', file), change(committed(file)));
  return folder;
};

describe('a journey', () => {
  it('runs as the very machine that is committed', () => {
    const [hash = ''] = String(machine['DefinitionS3Location'].Key).split('.');
    expect(readFileSync(join(dev.folder, `asset.${hash}.json`), 'utf8')).toBe(committed('journey.asl.json'));
    expect(machine['StateMachineName']).toBe('segue-dev-spring-sale');
    expect(readable(machine['DefinitionSubstitutions'].RunStep)).toBe('<RunStepLive>');
    expect(readable(machine['DefinitionSubstitutions'].StateTable)).toBe('<State>');
  });

  it('logs every step of a run, and never what is in it', () => {
    expect(machine['LoggingConfiguration']).toMatchObject({ Level: 'ALL', IncludeExecutionData: false });
    expect(machine['TracingConfiguration']).toEqual({ Enabled: true });
  });

  it('is published with its document and the version its runs start on', () => {
    const { Name, Document, Machine, ServiceToken } = only(dev, 'Custom::Journey').Properties;
    expect(JSON.parse(Document)).toEqual(JSON.parse(committed('journey.json')));
    expect({ Name, Machine: readable(Machine), ServiceToken: readable(ServiceToken) }).toEqual({
      Name: 'spring-sale',
      Machine: `<${versionOf(dev)}>`,
      ServiceToken: '<PublishJourney.Arn>',
    });
  });

  it('is the same to CloudFormation wherever its construct is moved, for what disappears is retired', () => {
    expect(ofType(dev, 'Custom::Journey').map(([id]) => id)).toEqual(['SpringSalePublished']);
  });

  it('is published anew when a channel it was refused for is configured', () => {
    const channels = (from: typeof dev) => only(from, 'Custom::Journey').Properties['Channels'];
    expect([channels(dev), channels(withSms)]).toEqual(['', 'sms']);
  });

  it('keeps old versions of itself, which runs wait in, and of run-step, to go back to', () => {
    for (const type of ['AWS::StepFunctions::StateMachineVersion', 'AWS::Lambda::Version']) {
      expect(only(dev, type)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  it('that did not change keeps its version', () => {
    expect(versionOf(synthesize())).toBe(versionOf(dev));
  });

  it('whose machine changed gets a new version', () => {
    const journeys = changed('journey.asl.json', (text) => text.replace('86400', '3600'));
    expect(versionOf(synthesize({}, { journeys }))).not.toBe(versionOf(dev));
  });

  it('keeps its version when run-step changes: its open runs, too, reach the new run-step', () => {
    const live = (from: typeof dev) => only(from, 'AWS::Lambda::Alias').Properties;
    expect(versionOf(withSms)).toBe(versionOf(dev));
    expect(live(dev)).toMatchObject({ FunctionName: { Ref: 'RunStep' }, Name: 'live' });
    const published = (from: typeof dev) => readable(live(from)['FunctionVersion']);
    expect(published(dev)).toMatch(/^<JourneyRunStepCurrentVersion\w+\.Version>$/);
    expect(published(withSms)).not.toBe(published(dev));
  });

  it('lets its runs speak on the bus of the stage, in the name of journeys only, and go on in new executions', () => {
    const policies = ofType(dev, 'AWS::IAM::Policy').filter(([id]) => id.includes('RunStepRole'));
    const statements = policies.flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);
    const doing = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
    expect(doing('events:PutEvents')).toEqual([
      expect.objectContaining({ Effect: 'Allow', Condition: { StringEquals: { 'events:source': 'segue.journey' } } }),
    ]);
    expect(readable(doing('events:PutEvents')[0].Resource)).toMatch(/event-bus\/segue$/);
    expect(doing('states:StartExecution').map(({ Resource }) => readable(Resource))).toEqual([
      expect.stringMatching(/stateMachine:segue-dev-spring-sale$/),
    ]);
  });

  it('waits in the state that sends only when run-step and the lease of its send are over before the wait is', () => {
    const { Timeout } = dev.template.Resources['RunStep']!.Properties;
    expect(Timeout * 1000 + leaseMs).toBeLessThanOrEqual(shortestFusedWaitMs);
  });
});

describe('a channel the stage has not configured', () => {
  it('is named at synthesis with the journey and the setting, and stops nothing', () => {
    expect(dev.warnings.join('\n')).toContain(
      'Journey spring-sale sends by email, which this stage has not configured: it will be refused until you set the context key emailIdentity',
    );
    expect(dev.warnings.join('\n')).toContain('sends by sms or push');
  });

  it('is not missed where another of the same send will do', () => {
    const { warnings } = synthesize({ emailIdentity: 'me@shop.example', smsOrigination: 'pool-0123abcd' });
    expect(warnings.join('\n')).not.toContain('spring-sale');
  });
});

describe('a journey that cannot be deployed is named, with what to do:', () => {
  it('its document is missing', () => {
    const folder = changed('journey.json', (text) => text);
    rmSync(join(folder, 'spring-sale/journey.json'));
    expect(() => readJourneys(folder)).toThrow(/spring-sale\/journey\.json is missing .* npm run compile/);
  });

  it('its document is too large for a row', () => {
    const folder = changed('journey.json', (text) => text.replace('Last call', 'x'.repeat(200_000)));
    expect(() => readJourneys(folder)).toThrow(/spring-sale\/journey\.json is over 200 KB/);
  });

  it('its name is not the name of its folder', () => {
    const folder = changed('journey.json', (text) => text.replace('"spring-sale"', '"summer-sale"'));
    expect(() => readJourneys(folder)).toThrow(/spring-sale\/journey\.json is called summer-sale/);
  });
});
