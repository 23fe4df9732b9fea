using LoadTests;

return await LoadCommandLine.RunAsync(args);
