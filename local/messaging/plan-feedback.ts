import type { Happenings, What } from './happenings.ts';
import type { Behaviour, Outcome } from './recipients.ts';

/** How a message fares, by what its recipient is scripted to do; each at once unless told. */
const COURSES: Readonly<Record<Outcome, readonly What[]>> = {
  deliver: ['send', 'delivery'],
  bounce: ['send', 'bounce'],
  'soft-bounce': ['send', 'soft-bounce'],
  suppressed: ['send', 'suppressed'],
  'suppressed-everywhere': ['send', 'suppressed-everywhere'],
  complain: ['send', 'delivery', 'complaint'],
  reject: ['reject'],
  delay: ['send', 'delay'],
  silent: ['send'],
  'opt-out': ['send', 'delivery', 'opt-out'],
  throttle: [],
  timeout: ['send', 'delivery'],
};

type Planned = { readonly messageId: string; readonly at: number; readonly behaviour: Behaviour };

/** Plans everything that will befall an accepted message. */
export const planFeedback = (happenings: Happenings, { messageId, at, behaviour }: Planned): void => {
  const after = (what: What, seconds: number | undefined, more: { link?: string; text?: string } = {}): void => {
    if (seconds !== undefined) happenings.plan({ messageId, what, at: at + seconds * 1_000, ...more });
  };
  for (const what of COURSES[behaviour.outcome]) after(what, 0);
  if (behaviour.outcome === 'delay') after('delivery', behaviour.delaySeconds);
  if (behaviour.outcome !== 'deliver' && behaviour.outcome !== 'timeout') return;
  after('open', behaviour.opensAfterSeconds);
  after('click', behaviour.clicksAfterSeconds, behaviour.link === undefined ? {} : { link: behaviour.link });
  after('reply', behaviour.repliesAfterSeconds, { text: behaviour.text ?? '' });
};
