const units = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const;
const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;

/** `PT4H`, `P1DT12H` … in milliseconds; undefined when it is no ISO 8601 duration of fixed length (no years, no months). */
export const isoDurationMs = (text: string): number | undefined => {
  const parts = pattern.exec(text)?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined)) return undefined;
  return units.reduce((total, unit, i) => total + Number(parts[i] ?? 0) * unit, 0);
};
