export { checkSegment, type CheckedSegment, type SegmentProblem } from './check-segment.ts';
export { compileSegment, type Segment } from './compile-segment.ts';
export { Condition, isSegmentName, SegmentDocument } from './document.ts';
export {
  type LiveSegment,
  type Membership,
  nowhere,
  type Placed,
  placeInSegments,
  type SegmentMove,
} from './membership.ts';
