import type { DraftStep, Piece } from '../graph/nest.ts';
import type { Body } from '../read/journey-shape.ts';
import { type Converting, lacking, type MessageKind, noteNext } from './surroundings.ts';

const kinds = { EMAIL: 'email', SMS: 'sms', PUSH: 'push' } as const satisfies Record<string, MessageKind>;

type Sending = Converting<'EMAIL'> | Converting<'SMS'> | Converting<'PUSH'>;

const noteTemplate = ({ body, path, around: { ledger, version } }: Sending, kind: MessageKind): void => {
  const { TemplateName, TemplateVersion } = body;
  if (TemplateName === undefined || TemplateVersion === undefined) return;
  const imported = version(kind, TemplateName);
  if (imported === TemplateVersion) ledger.note([...path, 'TemplateVersion'], 'exact', 'the version that was imported');
  else
    ledger.note(
      [...path, 'TemplateVersion'],
      'changed',
      imported === undefined
        ? 'the version of the file that is imported; from then on, the one in git'
        : `version ${imported} was imported`,
    );
};

/** The message itself, or what is missing to have it. */
const what = (converting: Sending, kind: MessageKind, from: string | undefined): DraftStep => {
  const { body, path, around } = converting;
  if (body.TemplateName === undefined) {
    around.ledger.note(path, 'not supported', 'names no template: to be written');
    return {
      incomplete: lacking(converting, 'names no template. Write `message:` with the name of one in messages/.'),
    };
  }
  const { message, incomplete } = around.message({ kind, template: body.TemplateName, from });
  const where = [...path, 'TemplateName'];
  if (incomplete !== undefined) around.ledger.note(where, 'not supported', incomplete);
  else around.ledger.note(where, 'exact', `the message \`${message}\``);
  return { message, ...(incomplete === undefined ? {} : { incomplete: lacking(converting, incomplete) }) };
};

const piece = (converting: Sending, kind: MessageKind, rest: { from?: string | undefined; topic?: string }): Piece => {
  const { activity, around, body } = converting;
  const id = around.stepOf(activity);
  const { message, incomplete } = what(converting, kind, rest.from);
  const send = {
    ...(message === undefined ? {} : { message }),
    channels: [kind],
    ...(rest.topic === undefined ? {} : { topic: rest.topic }),
  };
  noteTemplate(converting, kind);
  noteNext(around, [...converting.path, 'NextActivity'], body.NextActivity);
  return { id, steps: [{ id, ...(incomplete === undefined ? {} : { incomplete }), send }], next: body.NextActivity };
};

export const emailPiece = (converting: Converting<'EMAIL'>): Piece => {
  const { body, path, around } = converting;
  const from = body.MessageConfig?.FromAddress;
  const template = body.TemplateName;
  const isWritten = template !== undefined && around.message({ kind: 'email', template, from }).isImported;
  if (from !== undefined)
    around.ledger.note(
      [...path, 'MessageConfig', 'FromAddress'],
      isWritten ? 'exact' : 'changed',
      isWritten ? 'the message’s `from`' : `write \`from: ${from}\` at the top of the message; else the stage’s sender`,
    );
  return piece(converting, kinds.EMAIL, { from });
};

const smsSettings: readonly (readonly [keyof NonNullable<Body<'SMS'>['MessageConfig']>, string])[] = [
  ['OriginationNumber', 'a stage has one sender for all: deploy with `-c smsOrigination=`'],
  ['SenderId', 'a stage has one sender for all: deploy with `-c smsOrigination=`'],
  ['EntityId', 'registration in India is not passed on with a message'],
  ['TemplateId', 'registration in India is not passed on with a message'],
];

export const smsPiece = (converting: Converting<'SMS'>): Piece => {
  const { body, path, around } = converting;
  const config = body.MessageConfig ?? {};
  for (const [setting, why] of smsSettings)
    around.ledger.note([...path, 'MessageConfig', setting], 'not supported', why);
  const isTransactional = config.MessageType === 'TRANSACTIONAL';
  const { marketing, transactional } = around.topics;
  around.ledger.note(
    [...path, 'MessageConfig', 'MessageType'],
    'changed',
    `the topic \`${isTransactional ? transactional : marketing}\``,
  );
  return piece(converting, kinds.SMS, isTransactional ? { topic: transactional } : {});
};

export const pushPiece = (converting: Converting<'PUSH'>): Piece => {
  const { path, around } = converting;
  around.ledger.note([...path, 'MessageConfig', 'TimeToLive'], 'not supported', 'the push service’s own time applies');
  return piece(converting, kinds.PUSH, {});
};
