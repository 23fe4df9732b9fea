using LoadTests;

return await CommandLine.RunAsync(args);
