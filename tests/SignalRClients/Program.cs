using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging;

// A .NET SignalR client over the event-stream transport, of the version that its project asks for. It says on standard output what happens to it,
// a line each, and ends when its standard input does.
// Arguments: the hub's address, and its token or nothing.
var token = args.Length > 1 ? args[1] : null;
await using var connection = new HubConnectionBuilder()
    .WithUrl(args[0], options =>
    {
        options.Transports = HttpTransportType.ServerSentEvents;
        options.AccessTokenProvider = () => Task.FromResult(token);
    })
    .ConfigureLogging(logging => logging.AddProvider(new StandardError()))
    .Build();

// The hub under test is silent for as long as the test likes.
connection.ServerTimeout = TimeSpan.FromMinutes(10);
connection.Closed += error =>
{
    Console.WriteLine($"closed: {error?.Message.ReplaceLineEndings(" ")}");
    return Task.CompletedTask;
};
connection.On<string>("say", text => Console.WriteLine($"heard: {text}"));
await connection.StartAsync();
Console.WriteLine("connected");
while (await Console.In.ReadLineAsync() is { } line)
{
    await connection.InvokeAsync("Say", line);
}

/// <summary>What a test that failed shows.</summary>
internal sealed class StandardError : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Console.Error.WriteLine($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
