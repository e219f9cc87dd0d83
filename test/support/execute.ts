/** Runs a program to its end and gives its output; rejects on anything but success. `promisify(execFile)` is another function once bundled. */
import { execFile } from 'node:child_process';

export function execute(file: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error);
      else resolve({ stdout });
    });
  });
}
