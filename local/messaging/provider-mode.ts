import * as z from 'zod';
import { AwsError, type World } from '../world.ts';

/**
 * How the providers feel: `throttled` and `unavailable` refuse every send for a while, `paused` until somebody resumes the account,
 * `sandbox` allows verified recipients only.
 */
export const providerMode = z.strictObject({
  sending: z.enum(['normal', 'throttled', 'unavailable', 'paused']),
  sandbox: z.boolean(),
});
export type ProviderMode = Readonly<z.output<typeof providerMode>>;

/** What a service calls its refusals. */
export type Refusals = { readonly throttled: string; readonly paused: () => AwsError };

/** The providers' mode, kept over restarts. Scenarios use it to rehearse an outage. */
export const createProviderMode = ({ journal }: Pick<World, 'journal'>) => {
  const current = (): ProviderMode => {
    const sending = providerMode.shape.sending.safeParse(journal.get('provider', 'sending'));
    return { sending: sending.data ?? 'normal', sandbox: journal.get('provider', 'sandbox') === true };
  };
  return {
    current,
    set(mode: Partial<ProviderMode>): void {
      for (const [name, value] of Object.entries(mode)) journal.put('provider', name, value);
    },
    /** Throws the service's own refusal, or `ServiceUnavailable`, when sends are to fail. */
    check({ throttled, paused }: Refusals): void {
      const { sending } = current();
      if (sending === 'throttled') throw throttling(throttled);
      if (sending === 'paused') throw paused();
      if (sending === 'unavailable')
        throw new AwsError('ServiceUnavailable', 'Service is temporarily unavailable.', { status: 503 });
    },
  };
};
export type Mode = ReturnType<typeof createProviderMode>;

/** Too much at once, by the service's name for it; SES's first version answers 400. */
export const throttling = (code: string): AwsError =>
  new AwsError(code, 'Maximum sending rate exceeded.', { status: code === 'Throttling' ? 400 : 429 });
