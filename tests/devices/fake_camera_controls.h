/* The controls of the fake camera: the list that it answers with, and their values.
 * LENGTH and fail serve the rest of the camera, too. */
#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static int fail(int error) {
    errno = error;
    return -1;
}

static struct {
    unsigned id, type;
    int min, max, step, initial, value;
    const char *name;
} controls[] = {
    {V4L2_CID_BRIGHTNESS, V4L2_CTRL_TYPE_INTEGER, -64, 64, 1, 0, 0, "Brightness"},
    {V4L2_CID_AUTO_WHITE_BALANCE, V4L2_CTRL_TYPE_BOOLEAN, 0, 1, 1, 1, 1, "White Balance, Automatic"},
    {V4L2_CID_WHITE_BALANCE_TEMPERATURE, V4L2_CTRL_TYPE_INTEGER, 2800, 6500, 10, 4600, 4600, "White Balance"},
    {V4L2_CID_EXPOSURE_AUTO, V4L2_CTRL_TYPE_MENU, 0, 3, 1, 3, 3, "Auto Exposure"},
    {V4L2_CID_EXPOSURE_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, 1, 5000, 1, 157, 157, "Exposure Time, Absolute"},
    {V4L2_CID_ZOOM_ABSOLUTE, V4L2_CTRL_TYPE_INTEGER, 100, 400, 10, 100, 100, "Zoom, Absolute"},
};

/* Returns the index of a control in the list, or -1. */
static int control(unsigned id) {
    for (unsigned i = 0; i < LENGTH(controls); i++)
        if (controls[i].id == id) return i;
    return fail(EINVAL);
}

static int describe_control(struct v4l2_query_ext_ctrl *answer) {
    unsigned next = V4L2_CTRL_FLAG_NEXT_CTRL | V4L2_CTRL_FLAG_NEXT_COMPOUND;
    int i = answer->id & next ? 0 : control(answer->id);
    while (answer->id & next && i < (int)LENGTH(controls) && controls[i].id <= (answer->id & ~next)) i++;
    if (i < 0 || i == (int)LENGTH(controls)) return fail(EINVAL);
    memset(answer, 0, sizeof *answer);
    answer->id = controls[i].id;
    answer->type = controls[i].type;
    strcpy(answer->name, controls[i].name);
    answer->minimum = controls[i].min;
    answer->maximum = controls[i].max;
    answer->step = controls[i].step;
    answer->default_value = controls[i].initial;
    answer->elem_size = sizeof(int);
    answer->elems = 1;
    return 0;
}

/* The exposure menu has the entries manual and aperture priority, as with most webcams. */
static int describe_menu(struct v4l2_querymenu *answer) {
    int known = answer->index == V4L2_EXPOSURE_MANUAL || answer->index == V4L2_EXPOSURE_APERTURE_PRIORITY;
    if (answer->id != V4L2_CID_EXPOSURE_AUTO || !known) return fail(EINVAL);
    strcpy((char *)answer->name, answer->index == V4L2_EXPOSURE_MANUAL ? "Manual Mode" : "Aperture Priority Mode");
    return 0;
}

static int set_control(unsigned id, int value) {
    int i = control(id);
    if (i < 0) return -1;
    if (value < controls[i].min || value > controls[i].max) return fail(ERANGE);
    controls[i].value = value;
    return 0;
}

static int exchange_control(unsigned long request, void *argument) {
    if (request == VIDIOC_G_EXT_CTRLS || request == VIDIOC_S_EXT_CTRLS) {
        struct v4l2_ext_control *one = ((struct v4l2_ext_controls *)argument)->controls;
        if (request == VIDIOC_S_EXT_CTRLS) return set_control(one->id, one->value);
        int i = control(one->id);
        if (i >= 0) one->value = controls[i].value;
        return i < 0 ? -1 : 0;
    }
    struct v4l2_control *one = argument;
    if (request == VIDIOC_S_CTRL) return set_control(one->id, one->value);
    int i = control(one->id);
    if (i >= 0) one->value = controls[i].value;
    return i < 0 ? -1 : 0;
}
