export { compileJourney, endTitle, type Machine } from './compile-journey.ts';
