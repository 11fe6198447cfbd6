import type { Stats } from 'node:fs';
import { chmod, chown, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file so that a reader sees the old text or the new one, never a part: a temporary
 * neighbour is written, synced to disk and renamed. The file is 0600 and its folder 0700; one that
 * somebody else has made stays as it was made, `like` before.
 */
export async function writeFileAtomically(
  file: string,
  text: string,
  like?: Pick<Stats, 'mode' | 'uid' | 'gid'>,
): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${String(process.pid)}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Only root can give a file away; whoever else replaces one has it then.
    if (like) await chown(temporary, like.uid, like.gid).catch(() => undefined);
    await chmod(temporary, (like?.mode ?? 0o600) & 0o777);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
