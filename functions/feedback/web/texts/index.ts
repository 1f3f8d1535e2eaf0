import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { nl } from './nl.ts';
import { pt } from './pt.ts';

export type Texts = typeof en;

export const texts = { en, de, fr, es, it, nl, pt } as const satisfies Readonly<Record<string, Texts>>;
export type Language = keyof typeof texts;
