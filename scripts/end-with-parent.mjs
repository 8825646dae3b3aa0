// Preloaded into programs we start: they end when the one that started them is killed, and are not met by the next
// start. `?<process id>` names that one, where it may be gone before this runs.
const named = Number(new URL(import.meta.url).search.slice(1));
const parent = named > 0 ? named : process.ppid;

function look() {
  if (process.ppid !== parent) process.exit(1);
}

look();
setInterval(look, 250).unref();
