/** A message that left, as the local outbox shows it. */
export type OutboxMessage = {
  readonly id: string;
  readonly channel: 'email' | 'sms' | 'push';
  readonly to: string;
  readonly subject?: string;
  readonly text?: string;
  readonly at: string;
};

export type ExecutionSummary = {
  readonly machine: string;
  readonly status: string;
  readonly state?: string;
  readonly entered: readonly string[];
};

export const nothingAnswers = (url: string): Error =>
  new Error(`Nothing answers at ${url}. Is \`npm start\` running? Set AWS_ENDPOINT_URL if it has another port.`);

const ask = async <T>(url: string, init?: RequestInit): Promise<T> => {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    throw nothingAnswers(url);
  }
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return JSON.parse(text);
};

/** The control paths of the local AWS: its clock, its outbox, its executions. */
export const groundApi = (endpoint: string) => ({
  outbox: () => ask<readonly OutboxMessage[]>(`${endpoint}/_local/outbox`),
  executions: () => ask<readonly ExecutionSummary[]>(`${endpoint}/_local/executions`),
  now: async () => (await ask<{ readonly now: string }>(`${endpoint}/_local/clock`)).now,
  /** @param duration ISO 8601, such as `PT4H`. */
  advance: async (duration: string) =>
    (
      await ask<{ readonly now: string }>(`${endpoint}/_local/clock`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ advance: duration }),
      })
    ).now,
});
export type GroundApi = ReturnType<typeof groundApi>;
