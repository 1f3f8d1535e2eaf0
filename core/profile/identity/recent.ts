/** Milliseconds: what somebody did longer ago than this before they became known starts and ends nothing any more. */
export const recentMs = 24 * 60 * 60 * 1000;
