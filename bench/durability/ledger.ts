/** One entry a source system put on the bus. Junk is no signal and has to be refused. */
export type Entry = {
  readonly messageId: string;
  readonly userId: string;
  readonly event: string;
  readonly cart?: string;
  readonly revenue?: number;
  readonly isJunk: boolean;
  readonly detail: object;
};

/** What the outside world remembers of its dealings with the ground, whatever becomes of that. */
export type Ledger = {
  /** Entries the bus took, by message id. */
  readonly acknowledged: Map<string, Entry>;
  /** Entries whose answer never came: they may have arrived or not. */
  readonly inDoubt: Map<string, Entry>;
  /** Message ids found in the refused queue and in the dead-letter queues; an operator has taken them out. */
  readonly refused: Set<string>;
  readonly dead: Set<string>;
  /** Clicks on messages, by the message's id: those answered, and all tried. */
  readonly clicks: Map<string, { readonly answered: number; readonly tried: number }>;
  /** Input of every execution ever seen, by its ARN. */
  readonly executions: Map<string, RunOf>;
  /** Messages ever seen in the outbox. */
  readonly messages: Set<string>;
  /** Things the ground said that it should not have to say. */
  readonly complaints: string[];
};

/** Whose run an execution carries out. */
export type RunOf = { readonly customer: string; readonly enrol: string; readonly occurrence: number };

export const emptyLedger = (): Ledger => ({
  acknowledged: new Map(),
  inDoubt: new Map(),
  refused: new Set(),
  dead: new Set(),
  clicks: new Map(),
  executions: new Map(),
  messages: new Set(),
  complaints: [],
});
