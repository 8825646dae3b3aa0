// Preloaded into the build: it ends when the program that started it is killed, and is not met by the next one.
process.on("disconnect", () => process.exit(1));
process.channel?.unref();
