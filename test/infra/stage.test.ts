import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStage } from '../../infra/stage.ts';

const read = (context: Record<string, unknown> = {}) => readStage((key) => context[key]);

describe('a stage', () => {
  it('that says nothing is dev, and mails nobody but those on its allow-list', () => {
    expect(read()).toEqual({
      consoleOrigins: [],
      name: 'dev',
      isProd: false,
      sending: 'allow-list',
      allowList: [],
      bus: 'segue',
      brand: { name: 'Segue', url: '', address: '' },
      smsRules: { configurationSet: '', protectConfiguration: '', maxPrice: '' },
      intake: 'prompt',
      journeys: [],
      announce: 'on',
    });
  });

  it('of any name sends to real customers only when told so by name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), (stage) => {
        fc.pre(stage !== 'local');
        expect(read({ stage }).sending).toBe('allow-list');
        expect(read({ stage, sending: 'live' }).sending).toBe('live');
      }),
    );
  });

  it('on a laptop has every channel and sends live, into the outbox', () => {
    expect(read({ stage: 'local' })).toMatchObject({
      sending: 'live',
      email: { identity: 'shop.example', from: 'Segue Shop <hello@shop.example>', exists: false },
      smsOrigination: expect.stringMatching(/^phone-number\/phone-/),
      pushApplication: expect.any(String),
    });
  });

  it('may keep its settings in cdk.json, and the command line wins over them', () => {
    const stages = { prod: { sending: 'live', brand: 'Shop' }, dev: { brand: 'Shop (dev)' } };
    expect(read({ stages, stage: 'prod' })).toMatchObject({ isProd: true, sending: 'live', brand: { name: 'Shop' } });
    expect(read({ stages, stage: 'prod', sending: 'off' })).toMatchObject({ sending: 'off', brand: { name: 'Shop' } });
    expect(read({ stages }).brand.name).toBe('Shop (dev)');
  });

  it('takes an allow-list as words with commas, as the command line gives it, or as a list', () => {
    const allowList = ['me@shop.example', '+15550100'];
    expect(read({ allowList: ' me@shop.example, +15550100,' }).allowList).toEqual(allowList);
    expect(read({ allowList }).allowList).toEqual(allowList);
  });

  it('reads every kind of SMS origination AWS has', () => {
    const origination = (smsOrigination: string) => read({ smsOrigination }).smsOrigination;
    expect(origination('phone-0123abcd')).toBe('phone-number/phone-0123abcd');
    expect(origination('pool-0123abcd')).toBe('pool/pool-0123abcd');
    expect(origination('SEGUE/GB')).toBe('sender-id/SEGUE/GB');
    const arn = 'arn:aws:sms-voice:eu-west-1:111122223333:pool/pool-0123abcd';
    expect(origination(arn)).toBe(arn);
  });

  it('sends from the one address that was verified when no other is named', () => {
    expect(read({ emailIdentity: 'me@shop.example' }).email?.from).toBe('me@shop.example');
    expect(read({ emailIdentity: 'shop.example', emailFrom: 'a@mail.shop.example' }).email?.from).toBe(
      'a@mail.shop.example',
    );
  });

  it('brings a login of its own when it says issuer and audience', () => {
    expect(read({ issuer: 'https://login.example', audience: 'one,two' }).login).toEqual({
      issuer: 'https://login.example',
      audience: ['one', 'two'],
    });
  });
});

describe('a setting that cannot be used is named, with what to write instead:', () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ stage: 'My Stage' }, /stage: write dev, prod or a name/],
    [{ sending: 'lve' }, /sending: write off, allow-list or live/],
    [{ emailIdentity: 'shop' }, /emailIdentity: write a domain such as shop\.example/],
    [{ emailIdentity: 'shop.example' }, /emailFrom: write an address of shop\.example/],
    [{ emailIdentity: 'shop.example', emailFrom: 'a@notshop.example' }, /emailFrom: write an address of shop\.example/],
    [{ emailFrom: 'Shop <a@shop.example>' }, /emailIdentity: write the domain/],
    [{ smsOrigination: '+15550100' }, /smsOrigination: write an ARN, phone-… or pool-…/],
    [{ pushApplication: 'my app' }, /pushApplication: write the 32 hexadecimal digits/],
    [{ bus: 'a bus' }, /bus: write letters/],
    [{ issuer: 'http://login.example', audience: 'x' }, /issuer: write the https address/],
    [{ issuer: 'https://login.example' }, /issuer, audience: write both/],
    [{ intake: 'fast' }, /intake: write prompt or bulk/],
    [{ stages: { dev: { sendig: 'live' } } }, /stages\.dev: sendig is no setting; write one of stage, sending/],
    [{ stages: 'prod' }, /stages: write an object of settings per stage/],
    [{ emailIdentityExists: 'yes' }, /emailIdentityExists: write true/],
  ];
  it.each(cases)('%j', (context, message) => {
    expect(() => read(context)).toThrow(message);
  });

  it('all at once, not one by one', () => {
    expect(() => read({ sending: 'x', intake: 'y' })).toThrow(/sending: .*\n.*intake: /s);
  });
});
