function love.conf(t)
    t.identity = "izh"
    t.window.title = "A neuron to play with"
    t.window.width, t.window.height = 960, 640
    t.window.msaa = 4
    t.modules.joystick, t.modules.physics, t.modules.audio, t.modules.sound, t.modules.video = false, false, false, false, false
end
