/** The context of a request that may take a while: it goes by itself, so that quick ones do not wait for its answer, and ends when it is given up. */
export const ALONE = { alone: true };
