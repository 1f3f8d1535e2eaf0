import { AwsError, type World } from '../world.ts';

/** How the providers feel: `throttled` and `unavailable` refuse every send, `sandbox` allows verified recipients only. */
export type ProviderMode = { readonly sending: 'normal' | 'throttled' | 'unavailable'; readonly sandbox: boolean };

/** The providers' mode, kept over restarts. Scenarios use it to rehearse an outage. */
export const createProviderMode = ({ journal }: Pick<World, 'journal'>) => {
  const current = (): ProviderMode => {
    const sending = journal.get('provider', 'sending');
    return {
      sending: sending === 'throttled' || sending === 'unavailable' ? sending : 'normal',
      sandbox: journal.get('provider', 'sandbox') === true,
    };
  };
  return {
    current,
    set(mode: Partial<ProviderMode>): void {
      for (const [name, value] of Object.entries(mode)) journal.put('provider', name, value);
    },
    /** Throws `throttling` (the service's own name for it) or `ServiceUnavailable` when sends are to fail. */
    check(throttling: string): void {
      const { sending } = current();
      if (sending === 'throttled') throw new AwsError(throttling, 'Maximum sending rate exceeded.', { status: 429 });
      if (sending === 'unavailable')
        throw new AwsError('ServiceUnavailable', 'Service is temporarily unavailable.', { status: 503 });
    },
  };
};
export type Mode = ReturnType<typeof createProviderMode>;
