/** Files that must be there after a crash: 0600, fsynced, never followed through a symbolic link somebody else laid. */
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const APPEND_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Creates the folder (0700) with all above it. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Appends `text` and returns once it is on the disk. Rejects with the system's error (ENOSPC, EACCES, EROFS, ELOOP). */
export async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, APPEND_FLAGS, 0o600);
  try {
    const bytes = Buffer.from(text, 'utf8');
    const { size } = await file.stat();
    let written = 0;
    try {
      while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
    } catch (error) {
      await file.truncate(size).catch(() => {}); // half a line would spoil the next one; the write error is what is reported
      throw error;
    }
    await file.datasync();
    if (size === 0) await syncFolder(dirname(path));
  } finally {
    await file.close();
  }
}

/** Replaces the file in one step: a reader sees the old text or the new one, never a part. */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  await writeLinesAtomic(path, [text]);
}

/** The same of a text that is not made at once: other work goes on between its pieces. */
export async function writeLinesAtomic(path: string, lines: Iterable<string>): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    for (const line of lines) await file.writeFile(line, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
