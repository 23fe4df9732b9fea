using SseGateway.Harness.Commands;

return await CommandLine.RunAsync(args);
