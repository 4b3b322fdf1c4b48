// Loaded with `node --import` before a bundle: the wall clock jumps a day back or forth with every
// reading, as no clock should, and the clock that only goes forward is left alone.
const now = Date.now;
const DAY_MS = 86_400_000;
let readings = 0;
Date.now = () => {
  readings += 1;
  return now() + (readings % 2 === 0 ? -DAY_MS : DAY_MS);
};
