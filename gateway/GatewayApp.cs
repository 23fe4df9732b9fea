using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using SseGateway.Configuration;
using SseGateway.Configuration.Flags;
using SseGateway.Configuration.Reading;
using SseGateway.Configuration.Settings;
using SseGateway.Hosting;
using SseGateway.Hosting.Access;
using SseGateway.Hosting.Logging;
using SseGateway.Reload;
using SseGateway.Streams.Deadlines;
using SseGateway.Tls;
using SseGateway.Transport.Http;
using SseGateway.Trial;

namespace SseGateway;

/// <summary>The gateway as a program: builds the host from a command line and runs it.</summary>
public static partial class GatewayApp
{
    private const int ExitWrongSettings = 2;

    /// <summary>Builds the gateway's host, ready to start.</summary>
    /// <param name="args">The command line, as <c>--help</c> describes it; <c>--help</c> itself is not handled here.</param>
    /// <param name="configure">Called before the gateway adds its own services, e.g. to add logging.</param>
    /// <exception cref="StartupErrorsException">Settings are wrong; it carries all of them. Nothing has been started.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        return Build(CommandLine.Parse(args), configure);
    }

    /// <summary>Runs the gateway until it is told to stop; or, with the word <c>check</c> or <c>try</c> first, what that stands for.</summary>
    /// <returns>The exit code: 0 after a stop or <c>--help</c>, 2 when settings are wrong or an address is in use; of <c>try</c> what its help says.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return args is [TryCommand.Name, ..] ? await TryAsync(args[1..]) : await RunAsync(CommandLine.Parse(args));
    }

    internal static async Task<int> RunAsync(CommandLineResult line, Action<WebApplicationBuilder>? configure = null)
    {
        if (line.Information is not null)
        {
            Console.Out.Write(line.Information);
            return 0;
        }

        // A reload that is asked for while the gateway starts or ends must not end it, as the signal would by itself. What has changed since the settings
        // were read is read again anyway.
        using var hangup = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => signal.Cancel = true);
        using var rotation = AccessLogRotation.Ignore();
        var starting = false;
        try
        {
            await using var app = Build(line, builder =>
            {
                configure?.Invoke(builder);
                builder.Services.AddHostedService<SystemdNotices>();
            });
            if (line.ChecksOnly)
            {
                var errors = new StartupErrors(line.Flags);
                CertificateCheck.Check(app.Configuration, app.Environment.ContentRootPath, errors);
                app.Services.GetService<AccessLines>()?.Check(errors);
                errors.ThrowIfAny();
                Console.Out.WriteLine("sse-gateway: the settings are right");
                return 0;
            }

            if (app.Services.GetRequiredService<CurrentSettings>().Value.WarmUp)
            {
                await WarmUp.RunAsync(Build, tls: HasTls(app.Configuration));
            }

            starting = true;
            await app.StartAsync();
            starting = false;
            var addresses = string.Join(", ", app.Urls);
            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(GatewayApp));
            LogListening(logger, addresses);
            var look = ActivatorUtilities.CreateInstance<UpstreamLook>(app.Services).RunAsync(app.Lifetime.ApplicationStopping);
            await app.WaitForShutdownAsync();
            await look;
            return 0;
        }
        catch (StartupErrorsException wrong)
        {
            return Fail(wrong.Errors);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return Fail([exception.Message.TrimEnd('.')]);
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            // An address that is not this machine's, or a port that only root may open.
            return Fail([$"urls: cannot listen: {exception.Message}"]);
        }
        catch (InvalidDataException exception)
        {
            // appsettings.json or the environment's own: read before there is anything to collect errors in.
            return Fail([$"{exception.Message.TrimEnd('.')}: {SettingsFile.Describe(exception)}"]);
        }
        catch (OperationCanceledException) when (starting)
        {
            // It was stopped before it listened: by a signal, for nothing else knows it yet.
            return 0;
        }
        catch (Exception exception) when (
            starting && exception is (InvalidOperationException or IOException or UnauthorizedAccessException or CryptographicException))
        {
            // Mostly a certificate that is missing, not to be read by this user, of the wrong kind, or behind another password.
            return Fail([$"cannot start: {exception.Message.ReplaceLineEndings(" ")}"]);
        }
    }

    internal static WebApplication Build(CommandLineResult line, Action<WebApplicationBuilder>? configure = null)
    {
        if (line.Errors.Count > 0 && line.Values.Count == 0)
        {
            throw new StartupErrorsException(line.Errors);
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Without .NET's own watchers of appsettings.json: ReloadWatch looks at the files itself, and of inotify's instances a user has 128 by
            // default, in all programs together. With none left the start would fail.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            EnvironmentName = line.Values.GetValueOrDefault("environment"),
        });
        var errors = new StartupErrors(line.Flags);
        line.AddTo(builder.Configuration, errors);
        if (errors.Lines.Count > 0)
        {
            // Whatever else were found would most likely be about what stands in that file.
            throw new StartupErrorsException([.. line.Errors, .. errors.Lines]);
        }

        configure?.Invoke(builder);
        builder.UseDefaultAddress();
        builder.AddGatewayLogging();
        builder.Services.AddSingleton<ISwept, HeapTrim>();
        var settings = GatewaySettings.Load(builder.Configuration, errors, requireRoutes: line.Errors.Count == 0);
        builder.AddSseGateway(settings, new ReloadSource(builder.Configuration, line.Flags, Standalone: true));
        builder.AddCertificateRenewal();
        BalancersScheme.Allow(builder);

        var app = builder.Build();
        var admin = app.Services.GetRequiredService<CurrentSettings>().Value.Admin;
        ReverseProxyCheck.CheckAsync(app.Services, errors, new OwnAddresses(builder.Configuration, admin)).GetAwaiter().GetResult();
        if (line.Errors.Count + errors.Lines.Count > 0)
        {
            ((IDisposable)app).Dispose();
            throw new StartupErrorsException([.. line.Errors, .. errors.Lines]);
        }

        BalancersScheme.UseItsOwn(app);
        app.MapGateway();
        return app;
    }

    private static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        string?[] given = [configuration["urls"], configuration["http_ports"], configuration["https_ports"]];
        if (given.All(string.IsNullOrEmpty) && !configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            // The last source wins, also over one that has it empty.
            configuration.AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, GatewaySettings.DefaultUrls)]);
        }
    }

    // Who leaves by Ctrl+C gets the sum all the same.
    private static async Task<int> TryAsync(string[] args)
    {
        using var left = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            left.Cancel();
        });
        return (int)await TryCommand.RunAsync(args, Console.Out, Console.Error, left.Token);
    }

    private static bool HasTls(IConfiguration configuration) => configuration[WebHostDefaults.ServerUrlsKey] is { } urls
        && urls.Contains("https:", StringComparison.OrdinalIgnoreCase)
        || configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Any(endpoint => endpoint["Url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true);

    private static int Fail(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            // One line each, whatever stands in the settings that it is about.
            Console.Error.WriteLine("sse-gateway: " + LogText.Whole(error));
        }

        return ExitWrongSettings;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "SseGateway listens on {Urls}")]
    private static partial void LogListening(ILogger logger, string urls);
}
