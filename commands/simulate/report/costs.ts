import { prices } from '#core/journey';

/** What the parts of a journey cost in US dollars: an estimate for comparing journeys, not a bill. */
export const costs = {
  /** A state, which registers what it waits for. */
  transition: prices.transition + prices.write,
  /** One call of run-step: 512 MB for 120 ms, a quarter of a KB of log; it reads the run and the profile. */
  runStep:
    prices.lambdaRequest + 0.5 * 0.12 * prices.lambdaGbSecond + (0.25 / 1_048_576) * prices.logGb + 2 * prices.read,
  /** A claim is one transaction of four rows, which counts twice; the settlement is one more row. */
  claim: 9 * prices.write,
  /** A signal: on the bus, through the queue, into the log and the profile. */
  signal: prices.event + 1.2 * prices.queueRequest + 2 * prices.write,
  /** Text messages go to the United States, in one part. */
  message: { email: prices.email, sms: prices.smsPart.US, push: prices.push },
} as const;
