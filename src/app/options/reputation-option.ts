/** Words of `--reputation`, in one place for three commands. */
export const REPUTATION_HELP = 'hold sources against lists: netset, ipset, Spamhaus DROP, CSV, plain';
