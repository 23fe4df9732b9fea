using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace SseGateway.Hosting.Logging;

/// <summary>What is printed, and what never is.</summary>
internal static class GatewayLogging
{
    /// <summary>What the gateway prints as a program of its own.</summary>
    public static void AddGatewayLogging(this WebApplicationBuilder builder)
    {
        // Defaults only, below every other source: a `Logging` section of the operator's wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
                new("Logging:LogLevel:Microsoft.AspNetCore.DataProtection", "Error"),
                new("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Warning"),
                new("Logging:LogLevel:Yarp", "Warning"),
                new("Logging:Console:FormatterName", SystemdNotices.LogFormat),
                new("Logging:Console:FormatterOptions:SingleLine", "true"),
                new("Logging:Console:FormatterOptions:TimestampFormat", "yyyy-MM-dd'T'HH:mm:ss.fff "),
            ],
        });

        var own = builder.Services.FirstOrDefault(service => service.ImplementationType == typeof(ConsoleLoggerProvider));
        if (own is not null)
        {
            builder.Services.Remove(own);
            builder.Services.TryAddSingleton(_ => new ConsoleLines(Console.OpenStandardOutput()));
            builder.Services.AddSingleton<ILoggerProvider, ConsoleLinesProvider>();
        }

        // What keeps the server from starting is told in one line by GatewayApp; the host and Kestrel would print its stack twice.
        var silence = new StartupSilence();
        builder.Services.AddSingleton(silence);
        builder.Services.AddHostedService(_ => silence);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => silence.Over && level >= LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => silence.Over && level >= LogLevel.Warning);
    }

    /// <summary>
    /// Not defaults but rules, in every application that hosts the gateway: these categories print the whole request target, token in the
    /// query included, before any code of ours can take it out. Configuration cannot switch them on again.
    /// </summary>
    public static void KeepTargetsOutOfLogs(this WebApplicationBuilder builder)
    {
        // Off altogether: enabled at any level it makes the host start an Activity and a log scope for each request, which
        // a stream then holds for hours (0.7 KB), and which puts a traceparent of ours into what should pass untouched.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Warning);
        // By its full name as well: a setting for exactly this category would be more specific than the rule above. Its warnings print a
        // stack for every failed request; GatewayErrors has them in one line.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder.HttpForwarder", LogLevel.Error);
    }

    private sealed class StartupSilence : IHostedLifecycleService
    {
        public bool Over { get; private set; }

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            Over = true;
            return Task.CompletedTask;
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
