/** What the program calls itself in files it writes. */
import packageFile from '../../package.json' with { type: 'json' };

export const APPLICATION = `ddostop ${packageFile.version}`;
