/** What is looked at before a message leaves, in this order; the first no counts, and what comes after it is not looked at. */
export const checkNames = [
  'erasure',
  'switches',
  'expiry',
  'holdout',
  'pause',
  'quiets',
  'sorry',
  'channel',
  'switch',
  'stage',
  'hours',
  'caps',
  'budget',
] as const;
export type CheckName = (typeof checkNames)[number];

/** One check and what it came to. `detail` is a few words, such as `email` or `2 of 3 per 7 days`; never an address. */
export type Check = {
  readonly check: CheckName | 'suppression' | 'run' | 'message' | 'provider';
  readonly result: 'yes' | 'no' | 'wait';
  readonly detail?: string;
};

/** At most so many characters: a row of the ledger stays within 1 KB. */
const mostDetail = 60;

/** The checks as a row keeps them: `erasure=yes;channel=yes:email;caps=wait:3 of 3 per 7 days`. */
export const writeChecks = (checks: readonly Check[]): string =>
  checks
    .map(({ check, result, detail }) => {
      const said = detail?.replaceAll(/[;\n]/g, ',').slice(0, mostDetail);
      return `${check}=${result}${said === undefined ? '' : `:${said}`}`;
    })
    .join(';');

const known = new Set<string>([...checkNames, 'suppression', 'run', 'message', 'provider']);
const isCheck = (name: string): name is Check['check'] => known.has(name);
const isResult = (word: string): word is Check['result'] => word === 'yes' || word === 'no' || word === 'wait';

/** And back: what is not understood is left out. */
export const readChecks = (text: string): readonly Check[] =>
  text.split(';').flatMap((each): readonly Check[] => {
    const [, check = '', result = '', detail] = /^([a-z]+)=([a-z]+)(?::(.*))?$/.exec(each) ?? [];
    if (!isCheck(check) || !isResult(result)) return [];
    return [{ check, result, ...(detail === undefined ? {} : { detail }) }];
  });
