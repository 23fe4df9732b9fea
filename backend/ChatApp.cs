using ChatBackend.Configuration;
using ChatBackend.Identity;
using ChatBackend.Messages;
using ChatBackend.Page;
using ChatBackend.Problems;
using ChatBackend.Rooms;
using ChatBackend.Streams;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChatBackend;

/// <summary>The reference chat service: a room is an event stream, messages are posted and stored.</summary>
public static partial class ChatApp
{
    /// <summary>Where the service listens when neither the arguments nor the environment say otherwise.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5081";

    /// <summary>
    /// Builds the service from command-line arguments and configuration (section <c>Chat</c>); nothing listens yet.
    /// <paramref name="configure"/> runs after the defaults and before the settings are read.
    /// </summary>
    /// <exception cref="ChatStartupException">Settings are wrong, or the database cannot be used; with all errors at once.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null && builder.Configuration["http_ports"] is null
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultAddress);
        configure?.Invoke(builder);

        var options = ChatOptionsReader.Read(builder.Configuration);
        AddServices(builder, options);
        var app = builder.Build();
        // Opened now, so that a database that cannot be used is a start-up error like any other.
        _ = app.Services.GetRequiredService<MessageStore>();
        if (options.SigningKey is null)
            LogEphemeralKey(app.Logger);
        MapPipeline(app);
        return app;
    }

    /// <summary>Lowest priority: a Logging section overrides. The host's own messages carry whole URLs, with credentials in the query, at
    /// Information.</summary>
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Program says in one line what this category says with a stack trace.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",
    };

    private static void AddServices(WebApplicationBuilder builder, ChatOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<RoomName>(RoomName.ConstraintKey));

        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => MessageStore.Open(options));
        builder.Services.AddSingleton<RoomDirectory>();
        builder.Services.AddSingleton<IMessageSink>(services => services.GetRequiredService<RoomDirectory>());
        builder.Services.AddSingleton<MessageWriter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MessageWriter>());
        builder.Services.AddHostedService<StreamSweep>();
        builder.Services.AddChatAuthentication(options);
    }

    /// <summary>The way of a request, top to bottom.</summary>
    private static void MapPipeline(WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            ExceptionHandler = static context => Problem.WriteAsync(context, StatusCodes.Status500InternalServerError),
        });
        app.Use(static (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        app.UseStatusCodePages(static pages => Problem.WriteAsync(pages.HttpContext, pages.HttpContext.Response.StatusCode));
        app.UseRouting();
        app.UseMiddleware<SameOriginGuard>();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapPage();
        app.MapLogin();
        var room = app.MapGroup($"/rooms/{{room:{RoomName.ConstraintKey}}}");
        room.MapGroup("").RequireAuthorization(ChatAuthentication.Listeners).MapStreams();
        var people = room.MapGroup("").RequireAuthorization();
        people.MapMessages();
        people.MapTyping();
        people.MapPresence();
    }
}
