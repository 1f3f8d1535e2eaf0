export { compileJourney, endTitle, type Machine } from './compile-journey.ts';
export { machineProblems } from './machine-problems.ts';
