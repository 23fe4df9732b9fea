using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace SseGateway.Hosting;

/// <summary>
/// The console logger with the same formatters and settings as .NET's own, whose lines go through <see cref="ConsoleLines"/>. .NET's own hands
/// each line to a thread that writes and flushes it by itself.
/// </summary>
[ProviderAlias("Console")]
internal sealed class ConsoleLinesProvider : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<string, ConsoleLinesLogger> _loggers = new();
    private readonly ConsoleLines _lines;
    private readonly ConsoleFormatter _formatter;
    private IExternalScopeProvider? _scopes;

    public ConsoleLinesProvider(ConsoleLines lines, IOptions<ConsoleLoggerOptions> options, IEnumerable<ConsoleFormatter> formatters)
    {
        ArgumentNullException.ThrowIfNull(options);
        _lines = lines;
        var all = formatters.ToArray();
        _formatter = Array.Find(all, formatter => string.Equals(formatter.Name, options.Value.FormatterName, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(all, formatter => formatter.Name == ConsoleFormatterNames.Simple)!;
    }

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new ConsoleLinesLogger(this, name));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _lines.Flush();

    private void Write<TState>(in LogEntry<TState> entry)
    {
        // A formatter may log itself: not one for each thread.
        using var text = new StringWriter(new StringBuilder(256));
        _formatter.Write(entry, _scopes, text);
        _lines.Add(text.GetStringBuilder());
    }

    private sealed class ConsoleLinesLogger(ConsoleLinesProvider provider, string category) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes?.Push(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                provider.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
            }
        }
    }
}
