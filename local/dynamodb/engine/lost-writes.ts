import { readFileSync } from 'node:fs';

/** https://www.sqlite.org/walformat.html: sizes in bytes. */
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const INDEX_HEADER = 48;
const MAGIC = 0x37_7f_06_82;

type Sums = readonly [number, number];
type Index = { readonly frames: number; readonly salt: Buffer };

/**
 * Whether the write-ahead log of an SQLite file has lost commits that were on disk; SQLite itself takes a log that is cut off or
 * garbled for one whose last write never finished, and goes on without a word. The index beside it (`-shm`) is written after the
 * log was synced: it survives the process, and never tells of more than was kept. Nothing is changed.
 * @returns how many frames there should be and how many are sound; undefined when nothing is missing
 */
export function lostWrites(databasePath: string): { readonly written: number; readonly sound: number } | undefined {
  const index = indexOf(bytesOf(`${databasePath}-shm`));
  if (!index || index.frames === 0) return undefined;
  const log = bytesOf(`${databasePath}-wal`);
  // The log began anew after the index was last written: its salt is another one, and the old frames are in the database.
  if (isLog(log) && !log.subarray(16, 24).equals(index.salt)) return undefined;
  const sound = soundFrames(log, index.frames);
  return sound < index.frames ? { written: index.frames, sound } : undefined;
}

const bytesOf = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};

/** Two copies of the header, equal unless somebody is writing it: in the machine's own byte order, but the salt as in the log. */
function indexOf(bytes: Buffer): Index | undefined {
  const header = bytes.subarray(0, INDEX_HEADER);
  const isWhole = bytes.length >= 2 * INDEX_HEADER && header.equals(bytes.subarray(INDEX_HEADER, 2 * INDEX_HEADER));
  if (!isWhole || header[12] !== 1) return undefined;
  const sums = add(header.subarray(0, 40), { to: [0, 0], isBig: false });
  if (sums[0] !== header.readUInt32LE(40) || sums[1] !== header.readUInt32LE(44)) return undefined;
  return { frames: header.readUInt32LE(16), salt: header.subarray(32, 40) };
}

const isLog = (log: Buffer): boolean => {
  if (log.length < WAL_HEADER || log.readUInt32BE(0) >>> 1 !== MAGIC >>> 1) return false;
  const sums = add(log.subarray(0, 24), { to: [0, 0], isBig: isBigEndian(log) });
  return sums[0] === log.readUInt32BE(24) && sums[1] === log.readUInt32BE(28);
};

const isBigEndian = (log: Buffer): boolean => (log.readUInt32BE(0) & 1) === 1;

/** How many frames from the first on, `most` at most, have the right salt and checksum. */
function soundFrames(log: Buffer, most: number): number {
  if (!isLog(log)) return 0;
  const [isBig, size] = [isBigEndian(log), FRAME_HEADER + log.readUInt32BE(8)];
  let sums: Sums = [log.readUInt32BE(24), log.readUInt32BE(28)];
  for (let frame = 0; frame < most; frame += 1) {
    const bytes = log.subarray(WAL_HEADER + frame * size, WAL_HEADER + (frame + 1) * size);
    if (bytes.length < size || !bytes.subarray(8, 16).equals(log.subarray(16, 24))) return frame;
    sums = add(bytes.subarray(FRAME_HEADER), { to: add(bytes.subarray(0, 8), { to: sums, isBig }), isBig });
    if (sums[0] !== bytes.readUInt32BE(16) || sums[1] !== bytes.readUInt32BE(20)) return frame;
  }
  return most;
}

/** SQLite's checksum, a Fibonacci-weighted sum over pairs of words. */
function add(bytes: Buffer, { to, isBig }: { readonly to: Sums; readonly isBig: boolean }): Sums {
  let [first, second] = to;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + second) >>> 0;
    second = (second + (isBig ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + first) >>> 0;
  }
  return [first, second];
}
