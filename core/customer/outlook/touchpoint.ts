import type { Channel } from '#core/decision';

/** Something a run would do next, and under which conditions. */
export type Touchpoint = {
  /** Epoch milliseconds: when it would happen, or the earliest where it depends on what the customer does. */
  readonly at: number;
  readonly step: string;
  /** What must come for it to happen, in words, in order. Empty: nothing more. */
  readonly if: readonly string[];
  /** Whether it happens when nothing more is heard of the customer and they stay as they are. */
  readonly isExpected: boolean;
} & (
  | { readonly do: 'send'; readonly message: string; readonly channel?: Channel; readonly withheld?: string }
  | { readonly do: 'task'; readonly to: string; readonly title: string }
  | { readonly do: 'start'; readonly journey: string }
);
