const barWidth = 30;

/** How far it has come, on stderr: a bar where there is a terminal, else a line at each tenth. */
export const progressOf = (
  total: number,
  { isTTY = false, write }: { readonly isTTY?: boolean; readonly write: (text: string) => void },
) => {
  let tenth = 0;
  return (done: number): void => {
    const share = done / total;
    if (isTTY) {
      const filled = Math.round(share * barWidth);
      const end = done >= total ? '\r\u001B[K' : '';
      write(`\r  [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${done.toLocaleString('en')} customers${end}`);
      return;
    }
    if (Math.floor(share * 10) === tenth) return;
    tenth = Math.floor(share * 10);
    write(`${done.toLocaleString('en')} of ${total.toLocaleString('en')} customers\n`);
  };
};
