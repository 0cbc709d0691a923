"""The messengers' servers, played on a loopback port: real HTTP, the platforms' real shapes."""
