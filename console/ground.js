/**
 * What the local ground says of itself, over HTTP.
 * @typedef {{ now: string, kind?: 'virtual' | 'real' }} Clock
 * @typedef {{ id: string, channel: string, to: string, from: string, subject?: string, text?: string, html?: string,
 *   headers?: Record<string, string>, tags?: Record<string, string>, at: string }} Message
 * @typedef {{ execution?: string, machine: string, status: string, state?: string, entered: string[] }} Run
 * @typedef {{ clock: Clock, outbox: Message[], runs: Run[] }} Sight
 */

const ask = async (/** @type {string} */ url, /** @type {RequestInit} */ init = {}) => {
  const response = await fetch(url, { cache: 'no-store', ...init }).catch(() => {
    throw new Error(`Nothing answers at ${new URL(url, location.href).origin}. Is npm start still running?`);
  });
  const text = await response.text();
  if (!response.ok) throw new Error(complaint(text) ?? `${url} answers ${response.status}.`);
  return text === '' ? undefined : JSON.parse(text);
};

const complaint = (/** @type {string} */ text) => {
  try {
    return JSON.parse(text).message;
  } catch {
    return undefined;
  }
};

const post = (/** @type {string} */ url, /** @type {object} */ body) =>
  ask(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Finds the ground this page belongs to. Every answer that is a refusal throws its own sentence. */
export const findGround = async () => {
  const { aws } = await ask('config.json');
  const path = (/** @type {string} */ rest) => `${aws}/_local/${rest}`;
  return {
    /** @returns {Promise<Sight>} */
    look: async () => {
      const [clock, outbox, runs] = await Promise.all(['clock', 'outbox', 'executions'].map((each) => ask(path(each))));
      return { clock, outbox, runs };
    },
    /** @param {string} duration ISO 8601; resolves once everything due has happened */
    advance: (duration) => post(path('clock'), { advance: duration }),
    /** @param {string} id @param {string} what @param {{ link?: string, text?: string }} more */
    act: (id, what, more) => post(path(`outbox/${encodeURIComponent(id)}/${what}`), more),
  };
};
