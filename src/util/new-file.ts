import { link, open, rm } from 'node:fs/promises';

/** Whether a file of that name is there already, by the error of what would have made it. */
export function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'EEXIST';
}

/** Writes a file whole or not at all, 0600; rejects with EEXIST where there is one. */
export async function writeNewFile(file: string, content: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // A link never takes the place of another file, as a rename would.
    await link(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
