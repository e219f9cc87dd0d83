/** What the program calls itself in files it writes. */
import packageFile from '../../package.json' with { type: 'json' };

export const APPLICATION = `ddostop ${packageFile.version}`;
export const VERSION: string = packageFile.version;
