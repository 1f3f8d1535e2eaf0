import { AsyncLocalStorage } from 'node:async_hooks';
import type { Choices } from './plan.ts';

/** What happens to a call to AWS, as a name. */
export type Fault = string;

/** Somebody who calls AWS: one attempt of a function, or a state machine itself. */
export type Process = {
  readonly name: string;
  readonly kernel: Kernel;
  /** Its host, which hears that it died, that it takes too long, or that it ended. */
  readonly host: { readonly gone: (error: string) => void };
  isDead: boolean;
};

type Turn = {
  readonly process: Process;
  readonly label: string;
  readonly faults: readonly Fault[];
  readonly go: (fault: Fault | undefined) => void;
};
type Timer = { readonly at: number; readonly order: number; readonly label: string; readonly act: () => void };
type Next = { readonly turn: Turn } | { readonly timer: Timer };

/** How often a seed interrupts, and how often it breaks something. */
export type Mood = {
  readonly interrupts: number;
  readonly breaks: number;
  /** The most it breaks in one story. */
  readonly most: number;
  /** Where it breaks more than elsewhere. */
  readonly there: RegExp;
};

const processes = new AsyncLocalStorage<Process>();
export const currentProcess = (): Process | undefined => processes.getStore();
/** The clock of whoever asks: the story's inside one, else undefined. */
export const storyTime = (): number | undefined => processes.getStore()?.kernel.now;

/** Every call takes this long, in milliseconds of the story. */
const CALL_MS = 15;
const PAUSE_MS = 120_000;
const SLOW_MS = 20_000;
/** After so long Lambda gives an attempt up, however it goes on. */
const LAMBDA_MS = 30_000;

/**
 * The one who says what happens next, one thing at a time: which of the pending calls to AWS is made, what breaks at it, or
 * which timer is due. Everything else in a story follows from these choices, so the same ones make the same story.
 */
export class Kernel {
  now: number;
  readonly trace: string[] = [];
  /** How often each fault was done to each call. */
  readonly coverage = new Map<string, number>();
  private readonly waiting: Turn[] = [];
  private readonly timers: Timer[] = [];
  private moving = 0;
  private order = 0;
  private broken = 0;
  private last: Process | undefined;
  private quiet: () => void = () => undefined;
  private readonly choices: Choices;
  private readonly mood: Mood;

  constructor(start: number, choices: Choices, mood: Mood) {
    this.now = start;
    this.choices = choices;
    this.mood = mood;
  }

  choose(what: string, count: number, share: number): number {
    return this.choices.choose(what, count, share);
  }

  say(who: string, what: string): void {
    this.trace.push(`${new Date(this.now).toISOString().slice(5, 23).replace('T', ' ')}  ${who.padEnd(26)} ${what}`);
  }

  after(ms: number, label: string, act: () => void): void {
    this.timers.push({ at: this.now + ms, order: this.order++, label, act });
  }

  /** Lets somebody run; they stop at every call to AWS until it is their turn. */
  launch(process: Process, run: () => Promise<void>): void {
    this.moving += 1;
    void processes.run(process, () =>
      run()
        .catch((error: unknown) => {
          this.say(process.name, `throws ${String(error)}`);
          this.failure ??= error;
        })
        .finally(() => (process.isDead ? undefined : this.stopped())),
    );
  }
  /** What should not happen at all: a fault of the story, not of what it tells. */
  failure: unknown;

  turn(process: Process, label: string, faults: readonly Fault[]): Promise<Fault | undefined> {
    return new Promise((go) => {
      this.waiting.push({ process, label, faults, go });
      this.stopped();
    });
  }

  /** Sleeps for a while of the story. */
  sleep(ms: number, label: string): Promise<void> {
    return new Promise((go) => {
      this.after(ms, label, () => {
        this.moving += 1;
        go();
      });
      this.stopped();
    });
  }

  /** It does nothing any more: what it awaits never comes. */
  die(process: Process, error: string): void {
    process.isDead = true;
    this.stopped();
    process.host.gone(error);
  }

  private stopped(): void {
    this.moving -= 1;
    if (this.moving === 0) this.quiet();
  }

  private allStopped(): Promise<void> {
    return this.moving === 0 ? Promise.resolve() : new Promise((quiet) => (this.quiet = quiet));
  }

  /** Whoever had the last turn first, so that the quiet choice interrupts nobody; then in the order of asking. */
  private ready(): readonly Next[] {
    const mine = this.waiting.filter(({ process }) => process === this.last);
    const others = this.waiting.filter(({ process }) => process !== this.last);
    const due = this.timers.filter(({ at }) => at <= this.now).toSorted((a, b) => a.at - b.at || a.order - b.order);
    return [...[...mine, ...others].map((turn) => ({ turn })), ...due.map((timer) => ({ timer }))];
  }

  /** Goes on until nobody waits for anything, or for so many steps. @returns whether it came to rest */
  async run(steps: number): Promise<boolean> {
    for (let step = 0; step < steps; step++) {
      await this.allStopped();
      if (this.failure !== undefined) throw this.failure;
      const ready = this.ready();
      if (ready.length === 0) {
        const first = this.timers.reduce((least, { at }) => Math.min(least, at), Infinity);
        if (first === Infinity) return true;
        this.now = first;
        continue;
      }
      const next = ready[this.choose('next', ready.length, this.mood.interrupts)] ?? ready[0]!;
      if ('timer' in next) this.fire(next.timer);
      else this.grant(next.turn);
    }
    return false;
  }

  private fire(timer: Timer): void {
    this.timers.splice(this.timers.indexOf(timer), 1);
    timer.act();
  }

  private grant(turn: Turn): void {
    const { process, label, faults, go } = turn;
    this.waiting.splice(this.waiting.indexOf(turn), 1);
    this.now += CALL_MS;
    const may = this.broken < this.mood.most ? faults : [];
    const fault =
      may[this.choose(`${process.name.replace(/ \d+/, '')}: ${label}`, may.length + 1, this.shareAt(label)) - 1];
    this.last = process;
    if (fault !== undefined) this.broken += 1;
    const key = `${fault ?? 'fine'}  ${label.split(' ')[0]}`;
    this.coverage.set(key, (this.coverage.get(key) ?? 0) + 1);
    this.say(process.name, `${label}${fault === undefined ? '' : `  ** ${fault} **`}`);
    if (fault === 'paused') return this.pause({ ...turn, faults: [] });
    if (fault === 'slow') return this.slow({ ...turn, faults: [] });
    if (fault === 'given up') process.host.gone('Sandbox.Timedout');
    this.moving += 1;
    go(fault);
  }

  private shareAt(label: string): number {
    const { breaks, there } = this.mood;
    return there.test(label) ? breaks : breaks / 10;
  }

  /** Told when somebody is frozen. */
  frozen: () => void = () => undefined;

  /** Frozen for two minutes; its host has given it up by then, and it goes on all the same. */
  private pause(turn: Turn): void {
    this.giveUp(turn.process);
    this.after(PAUSE_MS, 'goes on', () => void this.waiting.push(turn));
  }

  /** The call takes its time, in which others go on. */
  private slow(turn: Turn): void {
    this.frozen();
    this.after(SLOW_MS, 'goes on', () => void this.waiting.push(turn));
  }

  /** Frozen for two minutes with the answer on its way. */
  freeze(process: Process): Promise<void> {
    this.giveUp(process);
    return this.sleep(PAUSE_MS, 'goes on');
  }

  private giveUp(process: Process): void {
    this.frozen();
    this.after(LAMBDA_MS, 'given up', () => process.host.gone('Sandbox.Timedout'));
  }
}
