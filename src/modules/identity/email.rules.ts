/** Something, one @, a host with a dot: whether it is right shows when mail arrives. */
export const EMAIL_SHAPE = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
