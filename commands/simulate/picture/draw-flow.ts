import { endPrefix, entrance } from '../river/counter.ts';
import type { Report, StepReport } from '../report/build-report.ts';
import { isPassing, layersOf, type Stream } from './layers.ts';
import { type Box, boxHeight, placeBoxes } from './place-boxes.ts';

/** Pixels that all who enter are wide. */
const fullWidth = 560;

const fills: { readonly [kind in StepReport['kind']]: string } = {
  send: '#d7e6fb',
  wait: '#eceef1',
  waitFor: '#e3e8ee',
  branch: '#fdeccb',
  split: '#fdeccb',
  decide: '#fdeccb',
  act: '#e6dcf7',
  repeat: '#dcefe4',
  again: '#dcefe4',
  end: '#ffffff',
};

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const clip = (text: string, width: number): string => {
  const letters = Math.max(4, Math.floor((width - 18) / 8));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
};

const round = (value: number): number => Math.round(value * 10) / 10;
const number = (value: number): string => value.toLocaleString('en');

/** Every way out is drawn below the step it leaves, so that ends of the same reason are as many as there are steps. */
const streamsOf = ({ flow, steps }: Report): readonly Stream[] => {
  const kinds = new Map(steps.map(({ id, kind }) => [id, kind]));
  return flow
    .filter(({ from, to }) => kinds.has(from) || from === entrance || kinds.has(to))
    .map(({ from, to, runs }) => ({ from, to: to.startsWith(endPrefix) ? `${to}@${from}` : to, runs }));
};

const isEnding = (place: string): boolean => place.startsWith(endPrefix) || place.includes(`>${endPrefix}`);

const titleOf = (place: string, { steps, journey }: Report): string => {
  if (place === entrance) return journey;
  if (place.startsWith(endPrefix)) return place.slice(endPrefix.length, place.lastIndexOf('@'));
  return steps.find(({ id }) => id === place)?.title ?? place;
};

const sayRuns = (place: string, box: Box, report: Report): string => {
  if (place === entrance) return `${number(box.runs)} runs enter`;
  const step = report.steps.find(({ id }) => id === place);
  if (step?.kind === 'send') return `${number(step.sent)} of ${number(step.reached)} sent`;
  const waiting = step === undefined || step.waiting === 0 ? '' : `, ${number(step.waiting)} still here`;
  return `${number(step?.reached ?? box.runs)}${waiting}`;
};

const boxSvg = (place: string, box: Box, report: Report): string => {
  const step = report.steps.find(({ id }) => id === place);
  const fill = place === entrance ? '#1f2937' : step === undefined ? '#ffffff' : fills[step.kind];
  const ink = place === entrance ? '#ffffff' : '#1f2937';
  const isDone = isEnding(place) || step?.kind === 'end';
  const end = isDone ? ' stroke="#c9a27a" stroke-dasharray="4 3"' : ' stroke="#9aa5b1"';
  const { x, y, width } = box;
  return `<g><title>${escaped(titleOf(place, report))}: ${number(box.runs)}</title>
<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${boxHeight}" rx="7" fill="${fill}"${end}/>
<text x="${round(x + 9)}" y="${y + 19}" font-size="13" font-weight="600" fill="${ink}">${escaped(clip(titleOf(place, report), width))}</text>
<text x="${round(x + 9)}" y="${y + 36}" font-size="12" fill="${ink}" opacity="0.75">${escaped(sayRuns(place, box, report))}</text></g>`;
};

type Band = { readonly stream: Stream; readonly top: number; readonly bottom: number; readonly width: number };

/** Where bands leave and arrive: beside one another, in the order of where they go to and come from. */
const bandsOf = (pieces: readonly Stream[], boxes: ReadonlyMap<string, Box>, scale: number): readonly Band[] => {
  const widthOf = ({ runs }: Stream): number => Math.max(1.5, runs * scale);
  const xOf = (place: string): number => boxes.get(place)?.x ?? 0;
  const starts = new Map<Stream, number>();
  const stops = new Map<Stream, number>();
  const spread = (side: 'from' | 'to', into: Map<Stream, number>): void => {
    const other = side === 'from' ? 'to' : 'from';
    for (const [place, streams] of Map.groupBy(pieces, (each) => each[side])) {
      const box = boxes.get(place);
      if (box === undefined) continue;
      const total = streams.reduce((sum, each) => sum + widthOf(each), 0);
      let x = box.x + Math.max(0, (box.width - total) / 2);
      for (const stream of streams.toSorted((a, b) => xOf(a[other]) - xOf(b[other]))) {
        into.set(stream, x);
        x += widthOf(stream);
      }
    }
  };
  spread('from', starts);
  spread('to', stops);
  return pieces.map((stream) => ({
    stream,
    top: starts.get(stream) ?? 0,
    bottom: stops.get(stream) ?? 0,
    width: widthOf(stream),
  }));
};

const bandSvg = (band: Band, boxes: ReadonlyMap<string, Box>, isLast: (place: string) => boolean): string => {
  const { stream, top, bottom, width } = band;
  const [from, to] = [boxes.get(stream.from), boxes.get(stream.to)];
  if (from === undefined || to === undefined) return '';
  const y = from.y + (isPassing(stream.from) ? 0 : boxHeight);
  const middle = (y + to.y) / 2;
  const [a, b, c, d] = [top, bottom, bottom + width, top + width].map(round);
  const colour = isLast(stream.to) ? '#e3b98a' : '#9db4cf';
  const curve = `M${a} ${y}C${a} ${middle} ${b} ${middle} ${b} ${to.y}L${c} ${to.y}C${c} ${middle} ${d} ${middle} ${d} ${y}Z`;
  // What passes a row goes straight through it.
  const through = isPassing(stream.to)
    ? `<rect x="${b}" y="${to.y}" width="${round(width)}" height="0.5" fill="${colour}"/>`
    : '';
  return `<path d="${curve}" fill="${colour}" opacity="0.55"/>${through}`;
};

/** The flow as a picture: steps as boxes, bands as wide as the runs that went that way. */
export const drawFlow = (report: Report): string => {
  const layered = layersOf(streamsOf(report), entrance);
  const scale = fullWidth / Math.max(1, report.entered.runs);
  const isAside = (place: string): boolean =>
    isEnding(place) || report.steps.some(({ id, kind }) => id === place && kind === 'end');
  const boxes = placeBoxes(layered, { scale, least: (place) => (isEnding(place) ? 178 : 190), isAside });
  const all = [...boxes.values()];
  const width = Math.ceil(Math.max(640, ...all.map((box) => box.x + box.width)) + 32);
  const height = Math.ceil(Math.max(0, ...all.map(({ y }) => y)) + boxHeight + 40);
  const { journey, customers, days, entered } = report;
  const told = `${number(customers)} customers, ${days} days, ${number(entered.runs)} runs`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${journey}: ${told}`)}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">
<rect width="${width}" height="${height}" fill="#fbfbf9"/>
<text x="32" y="40" font-size="19" font-weight="700" fill="#1f2937">${escaped(journey)}</text>
<text x="32" y="62" font-size="13" fill="#4b5563">${escaped(told)}; width is the number of runs</text>
${bandsOf(layered.pieces, boxes, scale)
  .map((band) => bandSvg(band, boxes, isAside))
  .join('\n')}
${[...boxes]
  .filter(([place]) => !isPassing(place))
  .map(([place, box]) => boxSvg(place, box, report))
  .join('\n')}
</svg>
`;
};
