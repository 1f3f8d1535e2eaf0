import type { ContextView, ProfileView } from '#core/profile';
import type { Cap } from './caps/cap.ts';
import type { Rival } from './caps/rivals.ts';
import type { Channel, Gate, Sending, Switch } from './gate.ts';
import type { OpenDays, OpenHours } from './hours/send-window.ts';

/** What a message does that may not leave now: wait, at most so long; be left out; or end the run. */
type Otherwise = { readonly otherwise: 'hold' | 'skip' | 'end'; readonly atMostMs: number };

export type SendRequest = {
  /** What the ledger calls it: unique for run, occurrence and step. */
  readonly send: string;
  readonly journey: string;
  readonly topic: string;
  readonly topicClass: 'marketing' | 'transactional';
  /** Consent to the topic counts once it is confirmed (double opt-in). */
  readonly isDouble?: boolean;
  /** In order; or the profile's preferred one first. */
  readonly channels: readonly Channel[];
  readonly preferredFirst: boolean;
  /** Not sent after this instant. */
  readonly expiresAt?: number;
  /** The journey's own hours. */
  readonly window?: OpenHours &
    OpenDays &
    Otherwise & {
      /** `customer`, or an IANA zone. */
      readonly zone: string;
      /** Other hours for a channel. */
      readonly per: { readonly [channel in Channel]?: OpenHours | undefined };
    };
  /** The hours of every journey, in the customer's zone. */
  readonly hours: { readonly [channel in Channel]?: OpenHours | undefined };
  /** The zone of customers of whom neither zone nor country is known. */
  readonly zoneUnknown: string;
  /** Those of the policy and the journey's own. */
  readonly caps: Otherwise & { readonly limits: readonly Cap[] };
  /** 0 to 100: who comes first when a slot is free. */
  readonly priority: number;
  /** When its run began: of two that are due at once, the older goes first. */
  readonly enteredAt: number;
  /** Customers who get no marketing at all, so that what it does can be measured. */
  readonly holdout?: { readonly percent: number; readonly period: string };
  readonly sorry?: Sorry;
  /** How many messages the journey sends on this day to all customers, and when the next day begins, epoch milliseconds. */
  readonly budget?: { readonly messages: number; readonly day: string; readonly againAt: number };
  /** Since when the step could have been done; a hold is measured from here. */
  readonly dueAt: number;
};

/** Nobody is courted while they have reason to be angry. */
export type Sorry = {
  /** The topics that wait. */
  readonly topics: readonly string[];
  /** An open complaint counts for so long. */
  readonly complaintMs?: number;
  /** A last satisfaction of this or less counts for so long. */
  readonly csat?: { readonly atMost: number; readonly ms: number };
};

/** What the decision looks at. Instants are epoch milliseconds. */
export type SendFacts = {
  readonly profile: ProfileView & ContextView;
  readonly gate: Gate;
  readonly configured: readonly Channel[];
  /** Topics that other open runs of this customer keep quiet. */
  readonly quieted: readonly string[];
  /** Messages to this customer that wait for a slot. */
  readonly rivals: readonly Rival[];
  readonly switchedOff: readonly Switch[];
  readonly isBudgetSpent?: boolean;
  readonly sending: Sending;
  /** The customer's chances: always the same number in [0, 1) for the same words. */
  readonly draw: (words: string) => number;
  readonly now: number;
};
