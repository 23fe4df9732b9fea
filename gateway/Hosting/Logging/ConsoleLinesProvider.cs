using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using SseGateway.Transport.Http;

namespace SseGateway.Hosting.Logging;

/// <summary>
/// The console logger with the same formatters and settings as .NET's own, whose lines go through <see cref="ConsoleLines"/>. .NET's own hands
/// each line to a thread that writes and flushes it by itself, and has everybody wait when that thread does.
/// </summary>
[ProviderAlias("Console")]
internal sealed partial class ConsoleLinesProvider : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<string, ConsoleLinesLogger> _loggers = new();
    private readonly ConsoleLines _lines;
    private readonly ConsoleLines? _errors;
    private readonly LogLevel _errorThreshold;
    private readonly ConsoleFormatter _formatter;
    private IExternalScopeProvider? _scopes;

    public ConsoleLinesProvider(ConsoleLines lines, IOptions<ConsoleLoggerOptions> options, IEnumerable<ConsoleFormatter> formatters)
    {
        ArgumentNullException.ThrowIfNull(options);
        _lines = lines;
        _errorThreshold = options.Value.LogToStandardErrorThreshold;
        _errors = _errorThreshold == LogLevel.None ? null : new ConsoleLines(Console.OpenStandardError());
        var all = formatters.ToArray();
        _formatter = Array.Find(all, formatter => string.Equals(formatter.Name, options.Value.FormatterName, StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(all, formatter => formatter.Name == ConsoleFormatterNames.Simple)!;
        lines.OnDropped = DescribeDropped;
        if (_errors is not null)
        {
            _errors.OnDropped = DescribeDropped;
        }
    }

    /// <summary>Entries that were dropped because nobody read the output, or it took no more.</summary>
    public long Dropped => _lines.Dropped + (_errors?.Dropped ?? 0);

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new ConsoleLinesLogger(this, name));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    // The other one is whose it is that made it.
    public void Dispose() => _errors?.Dispose();

    private void Write<TState>(in LogEntry<TState> entry) => (entry.LogLevel >= _errorThreshold ? _errors ?? _lines : _lines).Add(Format(entry));

    private StringBuilder Format<TState>(in LogEntry<TState> entry)
    {
        // A formatter may log itself: not one for each thread.
        using var text = new StringWriter(new StringBuilder(256));
        _formatter.Write(entry, _scopes, text);
        return text.GetStringBuilder();
    }

    // Not through the queue that the lines were dropped from.
    private StringBuilder DescribeDropped(long entries)
    {
        var described = new Description(this);
        LogDropped(described, entries);
        return described.Text;
    }

    [LoggerMessage(EventId = 103, Level = LogLevel.Warning, Message = "The log could not be written for a while: {Lines} lines were dropped")]
    private static partial void LogDropped(ILogger logger, long lines);

    private sealed class Description(ConsoleLinesProvider provider) : ILogger
    {
        public StringBuilder Text { get; private set; } = new();

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Text = provider.Format(new LogEntry<TState>(logLevel, typeof(ConsoleLinesProvider).FullName!, eventId, state, exception, formatter!));
    }

    private sealed class ConsoleLinesLogger(ConsoleLinesProvider provider, string category) : ILogger
    {
        private readonly bool _isServer = category.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes?.Push(state);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || (_isServer && ServerLines.IsVanishedClient(exception)))
            {
                return;
            }

            var text = LogText.Whole(formatter(state, exception));
            var level = _isServer ? ServerLines.Level(logLevel, text, exception) : logLevel;
            provider.Write(new LogEntry<TState>(
                level, category, eventId, state, exception is null ? null : new ShownException(exception), (_, _) => text));
        }
    }
}
