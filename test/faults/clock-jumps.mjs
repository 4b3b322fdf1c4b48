// Loaded with `node --import` before a bundle. The wall clock jumps a day forward or back at every
// reading. The monotonic clock is left alone.
const now = Date.now;
const DAY_MS = 86_400_000;
let readings = 0;
Date.now = () => {
  readings += 1;
  return now() + (readings % 2 === 0 ? -DAY_MS : DAY_MS);
};
